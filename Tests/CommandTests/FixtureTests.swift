import Foundation
import TestSupport
import Testing

/// What Keras and numpy say about a model of `fixtures/`, of which all rows are used.
private struct Expected: Decodable, Sendable {
  struct DataFile: Decodable { let file: String }
  struct Layer: Decodable {
    let name: String
    let inputs, units: Int
    let bias: Bool
    let desiredUpdate, bestUpdate, lackOfExpressivity, relativeLack: Double

    var numbers: [String: Double] {
      [
        "desiredUpdate": desiredUpdate, "bestUpdate": bestUpdate,
        "lackOfExpressivity": lackOfExpressivity, "relativeLack": relativeLack,
      ]
    }
  }
  struct Growth: Decodable {
    let layer, relieves: String
    let singularValues: [Double]
  }

  let model: String
  let alsoModels: [String]
  /// Models that need to be told more, with the arguments for it; files among these are in the folder.
  let withArguments: [String: [String]]?
  let data: DataFile
  let samples: Int
  let lossName: String
  let loss_float64: Double
  let accuracy: Double?
  let layers: [Layer]
  let growth: [Growth]
  let network: Network

  /// From the explicit Jacobian of all samples.
  struct Network: Decodable { let desiredUpdate, lackOfExpressivity: Double }
}

/// A model with its samples.
private struct Fixture: CustomTestStringConvertible, Sendable {
  let folder: String
  let model: String
  let expected: Expected

  var testDescription: String { "\(folder)/\(model)" }
  var carriesData: Bool { expected.data.file == model || model == "native.h5" }
  /// The model with what has to be said of it.
  var modelArguments: [String] {
    let told = expected.withArguments?[model] ?? []
    return ["\(folder)/\(model)"]
      + told.map { $0.hasSuffix(".json") ? "\(folder)/\($0)" : $0 }
  }
  var arguments: [String] {
    modelArguments + (carriesData ? [] : ["--data", "\(folder)/\(expected.data.file)"])
  }

  /// All models that tell all of themselves.
  static let all: [Fixture] = {
    let names = FileManager.default.enumerator(atPath: fixtures.path)?.compactMap { $0 as? String }
    return (names ?? []).filter { $0.hasSuffix("/expected.json") }.sorted().flatMap {
      name -> [Fixture] in
      let folder = String(name.dropLast("/expected.json".count))
      guard let data = try? Data(contentsOf: fixtures.appending(path: name)),
        let expected = try? JSONDecoder().decode(Expected.self, from: data)
      else { return [] }
      return ([expected.model] + expected.alsoModels).map {
        Fixture(folder: folder, model: $0, expected: expected)
      }
    }
  }()

  /// One network in every layout.
  static let everyFormat: [Fixture] = {
    guard let one = all.first(where: { $0.folder == "every-format" }) else { return [] }
    let told = (one.expected.withArguments ?? [:]).keys.sorted()
    return all.filter { $0.folder == one.folder }
      + told.map { Fixture(folder: one.folder, model: $0, expected: one.expected) }
  }()
}

@Suite("Models made by Keras") struct FixtureTests {
  @Test("There are fixtures")
  func fixturesAreThere() {
    #expect(Fixture.all.count >= 16)
    #expect(Fixture.everyFormat.count == 8)
  }

  @Test(
    "Every format gives the Ψ, λ and loss of the native layout", arguments: Fixture.everyFormat)
  private func everyFormat(fixture: Fixture) throws {
    func numbers(_ arguments: [String]) throws -> [Double] {
      let outcome = try tinyDiagnose(
        arguments + ["--data", "every-format/data.h5", "--holdout", "0", "--format", "json"])
      #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.errors)")
      let report = try jsonObject(outcome.output)
      let loss = try #require((report["loss"] as? [String: Any])?["value"] as? Double)
      let layers = try #require(report["layers"] as? [[String: Any]])
      let growth = try #require(report["growth"] as? [[String: Any]])
      return [loss] + layers.compactMap { $0["lackOfExpressivity"] as? Double }
        + growth.flatMap { $0["singularValues"] as? [Double] ?? [] }
    }
    let native = try numbers(["every-format/native.h5"])
    let other = try numbers(fixture.modelArguments)
    #expect(native.count == 1 + 3 + 2 * 2 + 1 && other.count == native.count)
    for (number, native) in zip(other, native) {
      #expect(abs(number - native) <= 1e-6 * abs(native))
    }
  }

  @Test(
    "The JSON report follows its schema and agrees with Keras and least squares",
    arguments: Fixture.all)
  private func report(fixture: Fixture) throws {
    // The native file brings held-out samples of its own, which leave the others as they are.
    let outcome = try tinyDiagnose(
      fixture.arguments + ["--holdout", "0", "--neurons", "2", "--format", "json"])
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.status): \(outcome.errors)")
    #expect(try JSONSchema("docs/json/report.schema.json").problems(of: outcome.output) == [])

    let expected = fixture.expected
    let report = try jsonObject(outcome.output)
    let data = try #require(report["data"] as? [String: Any])
    #expect(data["samples"] as? Int == expected.samples)
    let loss = try #require(report["loss"] as? [String: Any])
    #expect(loss["name"] as? String == expected.lossName)
    expectClose(loss["value"], expected.loss_float64, "loss")
    expectClose(loss["accuracy"], expected.accuracy, "accuracy")

    let layers = try #require(report["layers"] as? [[String: Any]])
    let model = try #require(report["model"] as? [String: Any])
    let modelLayers = try #require(model["layers"] as? [[String: Any]])
    #expect(layers.count == expected.layers.count && modelLayers.count == expected.layers.count)
    for (index, (layer, expected)) in zip(layers, expected.layers).enumerated() {
      #expect(layer["name"] as? String == expected.name)
      for (key, number) in expected.numbers {
        let scale = key == "relativeLack" ? 1 : expected.desiredUpdate
        expectClose(layer[key], number, "\(expected.name): \(key)", scale: scale)
      }
      #expect(modelLayers[index]["inputs"] as? Int == expected.inputs)
      #expect(modelLayers[index]["units"] as? Int == expected.units)
      #expect(modelLayers[index]["bias"] as? Bool == expected.bias)
    }

    // The iterations stop when they are about to gain less than half a hundredth of D, or say so.
    let network = try #require(report["network"] as? [String: Any])
    let lack = try #require(network["lackOfExpressivity"] as? Double)
    let excess = (lack - expected.network.lackOfExpressivity) / expected.network.desiredUpdate
    let warnings = try #require(report["warnings"] as? [String])
    #expect(excess > -1e-4, "a lack below that of the explicit Jacobian")
    #expect(excess < 0.02 || warnings.contains { $0.contains("is an upper bound") })

    let growth = try #require(report["growth"] as? [[String: Any]])
    #expect(growth.map { $0["layer"] as? String } == expected.growth.map(\.layer))
    for (growth, expected) in zip(growth, expected.growth) {
      #expect(growth["relieves"] as? String == expected.relieves)
      let values = growth["singularValues"] as? [Double]
      expectClose(values?.first, expected.singularValues.first, "λ₁")
    }
  }

  /// Weights and samples are in single precision here and in double there; a small part of D is
  /// as exact as D is.
  private func expectClose(
    _ actual: Any?, _ expected: Double?, _ what: String, scale: Double? = nil
  ) {
    guard let expected else {
      #expect(actual is NSNull, "\(what)")
      return
    }
    let difference = ((actual as? Double) ?? .nan) - expected
    #expect(
      abs(difference) <= 2e-4 * (scale ?? abs(expected)),
      "\(what): \(actual ?? "none"), expected \(expected)")
  }

  @Test("The text report is one screen and ends with a verdict", arguments: Fixture.all)
  private func text(fixture: Fixture) throws {
    let outcome = try tinyDiagnose(fixture.arguments + ["--neurons", "2", "--max-samples", "300"])
    #expect(outcome.status == 0 && outcome.errors == "")
    let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count <= 40 && lines.allSatisfy { $0.count <= 100 })
    #expect(lines[0].hasPrefix("model  \(fixture.folder)/\(fixture.model) · "))
    #expect(!outcome.output.contains("\u{1B}"))
    let verdicts = [" is the bottleneck: ", " is too narrow", "train longer: ", "overfitted"]
    #expect(verdicts.contains(where: outcome.output.contains))
  }

  @Test("Inspect names every Dense layer and the loss, in both forms", arguments: Fixture.all)
  private func inspect(fixture: Fixture) throws {
    let text = try tinyDiagnose("inspect", fixture.arguments[0])
    #expect(text.status == 0 && text.errors == "")
    for layer in fixture.expected.layers {
      #expect(text.output.contains("\n\(layer.name) "), "\(text.output)")
    }
    // Some were never compiled.
    let loss = fixture.folder == "keras/layers" ? "the file names none" : fixture.expected.lossName
    #expect(text.output.contains("loss    \(loss)\n"))

    let json = try tinyDiagnose("inspect", fixture.arguments[0], "--format", "json")
    #expect(json.status == 0 && json.errors == "")
    let object = try jsonObject(json.output)
    #expect(object["schema"] as? String == "tiny-diagnose/inspection/1")
    let keys = [
      "schema", "model", "producer", "inputShape", "structure", "loss", "data", "history",
      "notes",
    ]
    #expect(Set(object.keys) == Set(keys))
    let data = try #require(object["data"] as? [String: Any])
    #expect(data["samples"] as? Int == (fixture.carriesData ? fixture.expected.samples : nil))
  }

  @Test("The number of workers and the block they work on change no digit that counts")
  func threads() throws {
    let reports = try ["1", "2", "3"].map { threads in
      let outcome = try tinyDiagnose(
        "wine-functional-bn/model.h5", "--data", "wine-functional-bn/data.h5", "--holdout", "0",
        "--format", "json", "--threads", threads)
      return try #require(try jsonObject(outcome.output)["layers"] as? [[String: Any]])
    }
    for report in reports.dropFirst() {
      for (layer, first) in zip(report, reports[0]) {
        let lack = try #require(layer["lackOfExpressivity"] as? Double)
        let expected = try #require(first["lackOfExpressivity"] as? Double)
        #expect(abs(lack - expected) <= 1e-5 * expected)
      }
    }
  }

  @Test("The same command prints the same report, but for the time it took")
  func repeatable() throws {
    let reports = try (0..<2).map { _ in
      try tinyDiagnose(
        "diabetes-regression/native.h5", "--format", "json", "--max-samples", "200"
      ).output.replacing(/"seconds" : .*/, with: "")
    }
    #expect(reports[0] == reports[1])
  }
}
