import Foundation
import TestSupport
import Testing

/// A recording of PyTorch's own pass, and the network it was made of.
@Suite("Recorded activations") struct RecordedTests {
  private static let file = "exports/recorded/recorded.h5"

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
    let data = try Data(contentsOf: fixtures.appending(path: "exports/recorded/export.json"))
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
      "exports/pytorch/model.h5", "--activations", "relu,tanh,softmax", "--no-network-lack")
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
    #expect(try JSONSchema("docs/json/report.schema.json").problems(of: text) == [])
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
        file    exports/recorded/recorded.h5
        holds   recorded activations of 3 layers, 150 samples

        dataset                           shape    content        taken for
        /activations/000_layer0/bias      6        32-bit floats  bias of a layer
        /activations/000_layer0/gradient  150 × 6  32-bit floats  gradient of layer0
        /activations/000_layer0/input     150 × 4  32-bit floats  inputs of layer0
        /activations/000_layer0/weight    6 × 4    32-bit floats  weights of a layer
        /activations/001_layer1/bias      2        32-bit floats  bias of a layer
        /activations/001_layer1/gradient  150 × 2  32-bit floats  gradient of layer1
        /activations/001_layer1/input     150 × 6  32-bit floats  inputs of layer1
        /activations/001_layer1/weight    2 × 6    32-bit floats  weights of a layer
        /activations/002_layer2/bias      3        32-bit floats  bias of a layer
        /activations/002_layer2/gradient  150 × 3  32-bit floats  gradient of layer2
        /activations/002_layer2/input     150 × 2  32-bit floats  inputs of layer2
        /activations/002_layer2/weight    3 × 2    32-bit floats  weights of a layer

        """)
  }

  @Test("grow makes the weights wider, and says why their answers stay the same")
  func grow() throws {
    try withTemporaryFolder { folder in
      let out = "\(folder)/grown.h5"
      let outcome = try tinyDiagnose("grow", Self.file, "-o", out, "--add", "layer1=2")
      #expect(outcome.status == 0 && outcome.errors == "")
      #expect(
        outcome.output == """
          model  exports/recorded/recorded.h5 · recorded activations
          data   exports/recorded/recorded.h5 · 117 samples, and 33 held out

                    new           of next Ψ
          grown   units  method  they close  amplitude  cost
          layer1     +2  tiny           2 %          0    20
          Of next Ψ they close: the share of the next layer's Ψ that they take away on held-out samples.

                           before  after
          parameters           53     73
          units of layer0       6      6
          units of layer1       2      4
          units of layer2       3      3

          note: A recording knows no loss to tell how far to go: the new units have their inputs' weights, and
                weigh nothing yet in the next layer. The network answers as before, until training goes on.
                --no-line-search --amplitude 1 goes as far as the recorded gradients ask.
          note: What was recorded was not copied: record the grown network's own pass for a new report.

          The grown weights are in \(out).

          """)
      let json = try tinyDiagnose(
        "grow", Self.file, "--dry-run", "--add", "layer1=2", "--format", "json")
      #expect(try JSONSchema("docs/json/growth.schema.json").problems(of: json.output) == [])
      let grown = try tinyDiagnose("inspect", out)
      #expect(grown.output.contains("holds   the weights of a recording, and nothing recorded\n"))
      #expect(
        grown.output.hasSuffix(
          """
          missing: The recorded activations: record the pass of the network with these weights: the input and
                   the gradient of each layer.

          """))
    }
  }

  @Test("Options that speak of a loss or of other samples do not go with a recording")
  func refusals() throws {
    for option in [
      ["--data", "x.h5"], ["--inputs", "x"], ["--targets", "y"], ["--loss", "mse"],
    ] {
      for command in [[], ["grow", "--dry-run"]] {
        let outcome = try tinyDiagnose(command + [Self.file] + option)
        #expect(outcome.status == 64)
        #expect(
          outcome.errors.hasPrefix("error: \(option[0]) does not go with recorded activations"))
      }
    }
    let budget = try tinyDiagnose("grow", Self.file, "--dry-run", "--budget", "100")
    #expect(
      budget.status == 64
        && budget.errors.hasPrefix("error: --budget does not go with recorded activations"))
    let missing = try tinyDiagnose(Self.file, "--validation", "nowhere.h5")
    #expect(missing.status == 3 && missing.errors.hasPrefix("error: nowhere.h5: no such file"))
  }

  @Test("Held-out samples of a recording judge, as those of a file do")
  func validation() throws {
    let found = try report(Self.file, "--validation", Self.file)
    let data = try #require(found["data"] as? [String: Any])
    #expect(data["samples"] as? Int == 150 && data["validationSamples"] as? Int == 150)
    let loss = try #require(found["loss"] as? [String: Any])
    #expect(loss["value"] as? Double == loss["validationValue"] as? Double)
    // What closes the lack of the same samples closes as much of it again.
    let growths = try list(found, "growth")
    try #require(!growths.isEmpty)
    for growth in growths {
      let curve = try #require(growth["curve"] as? [[String: Any]])
      let gains = try curve.map { try #require($0["expressivityGain"] as? Double) }
      let heldOut = try curve.map { try #require($0["validationExpressivityGain"] as? Double) }
      let most = try #require(gains.max())
      #expect(most > 0)
      for (gain, again) in zip(gains, heldOut) { #expect((again - gain).magnitude <= 1e-6 * most) }
    }
  }
}
