import Foundation
import TestSupport
import Testing

@Suite("Samples with weights") struct WeightTests {
  private static let model = [
    "every-format/model.h5", "--data", "every-format/data.h5", "--holdout", "0",
  ]

  /// Runs with a file of 150 weights, `/weights` in it.
  private func withWeights<Result>(
    _ weight: (Int) -> Double, _ body: (_ option: [String]) throws -> Result
  ) throws -> Result {
    try withTemporaryFolder { folder in
      do {
        let writer = try HDF5Writer("\(folder)/w.h5")
        writer.dataset("weights", (0..<150).map(weight), shape: [150])
      }
      return try body(["--sample-weights", "\(folder)/w.h5:weights"])
    }
  }

  private func report(_ arguments: [String]) throws -> (json: [String: Any], text: String) {
    let outcome = try tinyDiagnose(Self.model + arguments + ["--format", "json"])
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.errors)")
    return (try jsonObject(outcome.output), outcome.output)
  }

  @Test("Equal weights change nothing but what is said of them")
  func equal() throws {
    let plain = try report([])
    #expect((plain.json["data"] as? [String: Any])?["sampleWeights"] is NSNull)
    try withWeights({ _ in 1 }) { option in
      let weighted = try report(option)
      #expect(
        (weighted.json["data"] as? [String: Any])?["sampleWeights"] as? String == "/weights")
      #expect(
        (weighted.json["warnings"] as? [String])?.first
          == "The samples count by the weights in /weights.")
      #expect(try JSONSchema("docs/json/report.schema.json").problems(of: weighted.text) == [])
      for key in ["loss", "suggestion"] {
        let (one, other) = (plain.json[key], weighted.json[key])
        let same = try #require(one as? NSObject).isEqual(try #require(other as? NSObject))
        #expect(same, "\(key)")
      }
      // Means by weights are summed in another order.
      let layers = try [plain.json, weighted.json].map {
        try #require($0["layers"] as? [[String: Any]])
      }
      for (one, other) in zip(layers[0], layers[1]) {
        for key in ["desiredUpdate", "lackOfExpressivity", "lackStandardError"] {
          expectClose(
            try #require(other[key] as? Double), try #require(one[key] as? Double),
            relative: 1e-6, "\(key)")
        }
      }
    }
  }

  @Test("Weights of 0 leave samples out, in the report and when it grows")
  func zeros() throws {
    try withWeights({ $0 % 3 == 0 ? 0 : 2 }) { option in
      let weighted = try report(option)
      #expect((weighted.json["data"] as? [String: Any])?["samples"] as? Int == 100)
      let text = try tinyDiagnose(Self.model + option)
      #expect(text.output.contains(" · 100 samples · weighted by /weights\n"))
      #expect(text.output.contains("note: The samples count by the weights in /weights; 50 of"))
      // The command to go on with, where the verdict has one, counts by the same weights.
      #expect(
        text.output.contains("tiny-diagnose grow") == text.output.contains("--sample-weights"))
      let grown = try tinyDiagnose(
        ["grow"] + Self.model + option + ["--dry-run", "--add", "second=1", "--format", "json"])
      #expect(grown.status == 0)
      #expect(try JSONSchema("docs/json/growth.schema.json").problems(of: grown.output) == [])
      let before = try #require(try jsonObject(grown.output)["before"] as? [String: Any])
      let loss = try #require(weighted.json["loss"] as? [String: Any])
      // The report's first pass is in double precision, as the network is small.
      expectClose(
        try #require(before["value"] as? Double), try #require(loss["value"] as? Double),
        relative: 1e-6)
    }
  }

  @Test("Weights that cannot be used are an error with its place")
  func refused() throws {
    try withWeights({ $0 == 7 ? -1 : 1 }) { option in
      let outcome = try tinyDiagnose(Self.model + option)
      #expect(outcome.status == 1)
      #expect(
        outcome.errors.contains("w.h5: /weights: row 7 is -1, expected 0 or more\n  name others"))
    }
    let missing = try tinyDiagnose(Self.model + ["--sample-weights", "nowhere"])
    #expect(missing.status == 3 || missing.status == 1)
    #expect(missing.errors.hasPrefix("error: every-format/data.h5: /nowhere: "))
  }

  @Test("Training counts all samples alike, and says so")
  func training() throws {
    try withTemporaryFolder { folder in
      do {
        let writer = try HDF5Writer("\(folder)/data.h5")
        writer.dataset("x", (0..<40).map { Double($0 % 7) }, shape: [20, 2])
        writer.dataset("y", (0..<20).map { Double($0 % 2) }, shape: [20], as: .int8)
        writer.dataset("w", (0..<20).map(Double.init), shape: [20])
      }
      func train(_ option: String...) throws -> Outcome {
        try tinyDiagnose(
          ["train", "\(folder)/data.h5", "-o", "\(folder)/new.h5", "--growths", "0", "--steps"]
            + ["3", "--force"] + option)
      }
      let note = "The weights in /w are not used: training counts all samples alike."
      #expect(try train().output.contains(note))
      #expect(try !train("--sample-weights", "none").output.contains(note))
      let refused = try train("--sample-weights", "w")
      #expect(refused.status == 64)
      #expect(refused.errors.hasPrefix("error: training counts all samples alike: leave"))
    }
  }
}
