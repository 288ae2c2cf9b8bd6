import Foundation
import Reports
import TestSupport
import Testing

@testable import Diagnostics

@Suite("JSON report") struct JSONReportTests {
  private func json(of diagnosis: Diagnosis) throws -> String {
    try JSONReport(diagnosis, context: Example.context).rendered()
  }

  private func object(of diagnosis: Diagnosis) throws -> [String: Any] {
    let data = Data(try json(of: diagnosis).utf8)
    return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test("A report has the keys and types of its published schema")
  func followsSchema() throws {
    let problems = try JSONSchema("docs/json/report.schema.json").problems(
      of: json(of: Example.diagnosis))
    #expect(problems == [])
  }

  @Test("The schema check finds a key too few, a key too many and a wrong type")
  func schemaCheckWorks() throws {
    let schema = try JSONSchema("docs/json/report.schema.json")
    let report = try json(of: Example.diagnosis)
    let broken = [
      report.replacing("\"blas\"", with: "\"bias\""),
      report.replacing("\"relativeLack\" : 0.8", with: "\"relativeLack\" : \"0.8\""),
      report.replacing("\"relativeLack\" : 0.8", with: "\"relativeLack\" : 1.8"),
      report.replacing("\"suggestedNeurons\" : 3", with: "\"suggestedNeurons\" : 3.5"),
      report.replacing("\"bias\" : true", with: "\"bias\" : 1"),
      report.replacing("tiny-diagnose/report/2", with: "tiny-diagnose/report/1"),
    ]
    for text in broken {
      #expect(text != report)
      #expect(try schema.problems(of: text) != [])
    }
  }

  @Test("Numbers keep all their digits")
  func fullPrecision() throws {
    let growth = try #require(object(of: Example.diagnosis)["growth"] as? [[String: Any]])
    #expect(growth[1]["measuredLossGain"] as? Double == 0.0123456789)
    let third = Example.diagnosis(
      layers: [Example.layer("a", desired: 1.0 / 3, lack: 0.1, deadUnits: nil)], growth: [])
    #expect(try json(of: third).contains("\"desiredUpdate\" : 0.3333333333333333"))
  }

  @Test("A number that is not finite is null", arguments: [Double.nan, .infinity, -.infinity])
  func notFiniteIsNull(number: Double) throws {
    let diagnosis = Example.diagnosis(
      layers: [
        Example.layer("a", desired: number, lack: number, deadUnits: 0),
        Example.layer("b", desired: 1, lack: 0.5, deadUnits: nil),
      ], growth: [Example.growth(0, neurons: 1, fitted: number, heldOut: number)])
    #expect(try JSONSchema("docs/json/report.schema.json").problems(of: json(of: diagnosis)) == [])
    let layers = try #require(object(of: diagnosis)["layers"] as? [[String: Any]])
    #expect(layers[0]["desiredUpdate"] is NSNull)
  }

  @Test("What was not computed is null, not absent")
  func notComputedIsNull() throws {
    let report = try object(of: Example.diagnosis(layers: [], growth: []))
    let loss = try #require(report["loss"] as? [String: Any])
    #expect(loss["validationValue"] is NSNull && loss["accuracy"] is NSNull)
    let network = try #require(report["network"] as? [String: Any])
    #expect(network.count == 7 && network.values.allSatisfy { $0 is NSNull })
    let suggestion = try #require(report["suggestion"] as? [String: Any])
    #expect(suggestion["layer"] is NSNull && suggestion["neurons"] as? Int == 0)
  }

  @Test("Growth is told by the names of the layer that grows and the one it relieves")
  func growthNames() throws {
    let growth = try #require(object(of: Example.diagnosis)["growth"] as? [[String: Any]])
    #expect(growth.map { $0["layer"] as? String } == ["hidden", "narrow"])
    #expect(growth.map { $0["relieves"] as? String } == ["narrow", "classes"])
  }

  @Test("The same diagnosis gives the same bytes")
  func repeatable() throws {
    #expect(try json(of: Example.diagnosis) == json(of: Example.diagnosis))
  }
}
