import Foundation
import TestSupport
import Testing

/// A recording of PyTorch's own pass, and the network it was made of.
@Suite("Recorded activations") struct RecordedTests {
  private static let file = "export-recorded/recorded.h5"

  /// What numpy finds in the matrices that PyTorch recorded.
  private struct Expected: Decodable {
    let loss: Double
    let desiredUpdates, lacks: [Double]
    let singularValues: [[Double]]
  }

  private func report(_ arguments: String...) throws -> [String: Any] {
    let outcome = try tinyDiagnose(arguments + ["--format", "json"])
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.errors)")
    return try jsonObject(outcome.output)
  }

  private func list(_ report: [String: Any], _ key: String) throws -> [[String: Any]] {
    try #require(report[key] as? [[String: Any]])
  }

  @Test("The lacks and λ are those numpy finds")
  func numbers() throws {
    let data = try Data(contentsOf: fixtures.appending(path: "export-recorded/export.json"))
    let expected = try JSONDecoder().decode(Expected.self, from: data)
    let found = try report(Self.file, "--holdout", "0")
    for (index, layer) in try list(found, "layers").enumerated() {
      expectClose(
        try #require(layer["desiredUpdate"] as? Double), expected.desiredUpdates[index],
        relative: 1e-6)
      expectClose(
        try #require(layer["lackOfExpressivity"] as? Double), expected.lacks[index],
        relative: 1e-6)
    }
    for (index, values) in expected.singularValues.enumerated() {
      let growth = try list(found, "growth")[index]
      // λ is a small part of what is desired, which is known in single precision.
      let scale = expected.desiredUpdates[index + 1].squareRoot()
      let singularValues = try #require(growth["singularValues"] as? [Double])
      for (value, wanted) in zip(singularValues, values) {
        #expect(abs(value - wanted) <= 1e-6 * scale)
      }
    }
    let loss = try #require(found["loss"] as? [String: Any])
    #expect(loss["value"] as? Double == expected.loss)
  }

  @Test("The report is that of the network itself, but for what needs the loss")
  func sameReport() throws {
    let recorded = try report(Self.file)
    let own = try report(
      "export-pytorch/model.h5", "--activations", "relu,tanh,softmax", "--no-network-lack")
    for (first, second) in try zip(list(recorded, "layers"), list(own, "layers")) {
      for key in ["desiredUpdate", "lackOfExpressivity", "relativeLack", "lackStandardError"] {
        let wanted = try #require(second[key] as? Double)
        expectClose(try #require(first[key] as? Double), wanted, relative: 1e-5, "\(key)")
      }
    }
    for (index, (first, second)) in try zip(list(recorded, "growth"), list(own, "growth"))
      .enumerated()
    {
      let next = try list(own, "layers")[index + 1]
      let scale = try #require(next["desiredUpdate"] as? Double).squareRoot()
      let values = try #require(second["singularValues"] as? [Double])
      for (value, wanted) in zip(try #require(first["singularValues"] as? [Double]), values) {
        #expect(abs(value - wanted) <= 1e-6 * scale)
      }
      for key in [
        "predictedLossGain", "measuredLossGain", "validationLossGain",
        "validationStandardError", "amplitude", "updateAmplitude", "gainPerParameter",
      ] { #expect(first[key] is NSNull, "\(key)") }
      #expect((first["curve"] as? [Any])?.count ?? 0 > 1)
    }
    let text = try tinyDiagnose(Self.file, "--format", "json").output
    #expect(try JSONSchema("docs/report.schema.json").problems(of: text) == [])
  }

  @Test("The text tells what the neurons close, and no command to grow")
  func text() throws {
    let outcome = try tinyDiagnose(Self.file)
    #expect(outcome.status == 0 && outcome.errors == "")
    #expect(outcome.output.contains(" · recorded activations · 53 parameters\n"))
    #expect(outcome.output.contains("warning: a recording holds no network to run"))
    #expect(outcome.output.contains("they close"))
    #expect(!outcome.output.contains("tiny-diagnose grow"))
  }

  @Test("inspect knows the datasets")
  func inspect() throws {
    let outcome = try tinyDiagnose("inspect", Self.file)
    #expect(
      outcome.output == """
        file    export-recorded/recorded.h5
        holds   recorded activations of 3 layers, 150 samples

        dataset                           shape    content        taken for
        /activations/000_layer0/gradient  150 × 6  32-bit floats  gradient of layer0
        /activations/000_layer0/input     150 × 4  32-bit floats  inputs of layer0
        /activations/001_layer1/gradient  150 × 2  32-bit floats  gradient of layer1
        /activations/001_layer1/input     150 × 6  32-bit floats  inputs of layer1
        /activations/002_layer2/gradient  150 × 3  32-bit floats  gradient of layer2
        /activations/002_layer2/input     150 × 2  32-bit floats  inputs of layer2

        """)
  }

  @Test("grow says what is missing, and options for samples do not go with a recording")
  func refusals() throws {
    let grow = try tinyDiagnose("grow", Self.file, "--dry-run")
    #expect(grow.status == 3)
    #expect(
      grow.errors == """
        error: export-recorded/recorded.h5: holds recorded activations, and no model
          tiny-diagnose FILE reports on them; to grow, save the model itself: its weights, its \
        loss, and the samples with their targets

        """)
    for option in ["--data", "--inputs", "--validation"] {
      let outcome = try tinyDiagnose(Self.file, option, "x.h5")
      #expect(outcome.status == 64)
      #expect(outcome.errors.hasPrefix("Error: \(option) does not go with recorded activations"))
    }
  }
}
