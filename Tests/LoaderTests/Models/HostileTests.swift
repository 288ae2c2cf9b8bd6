import Foundation
import LinearAlgebra
import Loader
import TestSupport
import Testing

/// One broken file and what is wrong with it.
struct HostileCase: Decodable, Sendable, CustomTestStringConvertible {
  let what: String
  let object: String?
  let layer: String?
  let kind: String
  let model: String?
  let data: String?
  var file = ""

  var testDescription: String { "\(file): \(what)" }

  private enum CodingKeys: CodingKey { case what, object, layer, kind, model, data }

  static func all() throws -> [HostileCase] {
    let content = Data(try bytes(of: fixturePath("hostile/expected.json")))
    return try JSONDecoder().decode([String: HostileCase].self, from: content)
      .map { (file, entry) in
        var entry = entry
        entry.file = file
        return entry
      }
      .sorted { $0.file < $1.file }
  }
}

@Suite struct HostileTests {
  /// Opens a pair of files and reads everything.
  private func use(model: String, data: String) throws {
    let model = try loadModel(at: fixturePath("hostile/\(model)"))
    let samples = try openSamples(
      for: model, SampleOptions(data: [fixturePath("hostile/\(data)")])
    ).training
    var inputs = Matrix<Float>(rows: 0, columns: 0)
    _ = try samples.read(0..<samples.sampleCount, into: &inputs)
  }

  private func useRecording(_ file: String) throws {
    let recording = try #require(try openRecording(at: fixturePath("hostile/\(file)"))).training
    var rows = Matrix<Float>(rows: 0, columns: 0)
    _ = try recording.read(0..<recording.sampleCount, into: &rows)
  }

  @Test("the good files behind the broken ones are read")
  func good() throws {
    try use(model: "model-4-3-2.h5", data: "data-good.h5")
  }

  @Test(
    "a broken file gives an error that names the object at fault", arguments: try HostileCase.all())
  func broken(_ hostile: HostileCase) throws {
    let error = #expect(throws: ModelError.self) {
      if hostile.kind == "recording" { return try useRecording(hostile.file) }
      try use(model: hostile.model ?? hostile.file, data: hostile.data ?? hostile.file)
    }
    guard let error else { return }
    let text = error.description
    #expect(text.hasPrefix(fixturePath("hostile/\(hostile.file)")), "\(text)")
    #expect(!error.advice.isEmpty)
    if let object = hostile.object { #expect(text.contains(object), "\(text)") }
    if let layer = hostile.layer { #expect(text.contains(layer), "\(text)") }
  }
}
