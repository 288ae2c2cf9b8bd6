import Foundation
import TestSupport
import Testing

@Suite("Which samples are held out") struct HoldOutTests {
  private static let model = ["every-format/model.h5", "--data", "every-format/data.h5"]

  private func report(_ arguments: [String]) throws -> [String: Any] {
    let outcome = try tinyDiagnose(Self.model + arguments + ["--format", "json"])
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.errors)")
    #expect(try JSONSchema("docs/json/report.schema.json").problems(of: outcome.output) == [])
    return try jsonObject(outcome.output)
  }

  private func count(_ key: String, in report: [String: Any]) -> Int? {
    (report["data"] as? [String: Any])?[key] as? Int
  }

  @Test("groups of a file of their own are never split, and are in the printed command")
  func groups() throws {
    try withTemporaryFolder { folder in
      do {
        let writer = try HDF5Writer("\(folder)/g.h5")
        writer.texts("patient", (0..<150).map { "patient \($0 % 15)" })
      }
      let option = ["--groups", "\(folder)/g.h5:patient"]
      let grouped = try report(option)
      #expect(count("validationSamples", in: grouped) == 30)
      #expect(
        (grouped["warnings"] as? [String])?.contains(
          "The samples belong to 15 groups by /patient: none is held out in part.") == true)
    }
  }

  @Test("the last samples are held out of a time series")
  func last() throws {
    let series = try report(["--holdout-last", "--holdout", "0.3"])
    #expect(count("samples", in: series) == 105 && count("validationSamples", in: series) == 45)
    for other in [["--groups", "g"], ["--validation", "v.h5"]] {
      let refused = try tinyDiagnose(Self.model + ["--holdout-last"] + other)
      #expect(refused.status == 64 && refused.errors.contains("--holdout-last"))
    }
  }

  @Test("the training file as validation file is noticed")
  func shared() throws {
    let shared = try report(["--validation", "every-format/data.h5"])
    #expect(count("sharedSamples", in: shared) == 150)
    #expect(
      (shared["warnings"] as? [String])?.contains {
        $0.hasPrefix("150 held-out samples are training samples, too")
      } == true)
    #expect(count("sharedSamples", in: try report([])) == 0)
    let none = try report(["--holdout", "0"])
    #expect((none["data"] as? [String: Any])?["sharedSamples"] is NSNull)
  }
}
