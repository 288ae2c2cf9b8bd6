import Foundation
import Loader
import Networks
import TestSupport
import Testing

/// A model, and samples, in a form that people have them in, with the loss its own library finds.
struct Form: Decodable, Sendable, CustomTestStringConvertible {
  let loss: Double
  let arguments: [String]
  let model: String?
  let data: String?
  var name = ""

  var testDescription: String { name }

  private enum CodingKeys: CodingKey { case loss, arguments, model, data }

  static func all() throws -> [Form] {
    let content = Data(try bytes(of: fixturePath("forms/forms.json")))
    return try JSONDecoder().decode([String: Form].self, from: content)
      .map { (name, form) in
        var form = form
        form.name = name
        return form
      }
      .sorted { $0.name < $1.name }
  }

  /// What stands behind an option.
  private subscript(_ option: String) -> String? {
    arguments.firstIndex(of: option).map { arguments[$0 + 1] }
  }

  private func path(_ name: String?) -> String? {
    name.map { fixturePath("forms/\($0)") }
  }

  func load() throws -> LoadedModel {
    let activations = try self["--activations"]?.split(separator: ",").map {
      try #require(Activation(written: String($0)))
    }
    return try loadModel(
      at: fixturePath("forms/\(model ?? name)"),
      ModelOptions(architecture: path(self["--architecture"]), activations: activations))
  }

  func open(for model: LoadedModel) throws -> OpenedSamples {
    let named = self["--loss"].flatMap { Loss(named: $0) }
    return try openSamples(
      for: model,
      SampleOptions(
        data: [path(data ?? self["--data"])].compactMap { $0 }, inputs: path(self["--inputs"]),
        targets: path(self["--targets"]), loss: named?.name == model.loss?.name ? model.loss : named
      ))
  }
}

@Suite("Forms of models and samples") struct FormsTests {
  @Test("a file has the loss that its own library finds", arguments: try Form.all())
  func loss(_ form: Form) throws {
    let model = try form.load()
    let samples = try form.open(for: model)
    let (loss, _) = try evaluate(model.network, samples.loss, on: samples.training)
    #expect(abs(loss - form.loss) <= 1e-6 * form.loss, "\(loss), expected \(form.loss)")
  }

  @Test(
    "every hidden layer grows, and the file that is written holds the wider network",
    arguments: try Form.all().filter { $0.model == nil })
  func growth(_ form: Form) throws {
    let model = try form.load()
    try withTemporaryFolder { folder in
      for layer in model.network.layers.indices.dropLast() {
        let wide = try model.network.grownAtRandom(layer: layer, count: 2, seed: layer)
        // As Keras calls weights alone.
        let path = "\(folder)/\(layer)-\(form.name)"
        let written = try write(wide, grownFrom: model, to: path).model
        #expect(written.network.layers.map(\.outputs) == wide.layers.map(\.outputs))
        let samples = try form.open(for: model)
        let (found, _) = try evaluate(written.network, samples.loss, on: samples.training)
        let (expected, _) = try evaluate(wide, samples.loss, on: samples.training)
        // 16-bit files round the new weights.
        let isShort = form.name.hasPrefix("f16") || form.name.hasPrefix("bf16")
        #expect(abs(found - expected) <= (isShort ? 1e-2 : 1e-6) * expected)
      }
    }
  }
}
