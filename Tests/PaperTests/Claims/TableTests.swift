import Charts
import Testing

@testable import tiny_paper

struct TableTests {
  @Test("A run's tables read back as the run")
  func roundTrip() throws {
    let record = RunRecord(
      points: [
        .init(
          seconds: 0.1 + 0.2, steps: 3, epochs: 1.0 / 3, growths: 0, widths: [1, 1],
          parameters: 807, testLoss: 2.871_632_163_354_934_4, testAccuracy: 0.0888),
        .init(
          seconds: 1e-9, steps: 30, epochs: 5, growths: 2, widths: [20, 7], parameters: 12,
          testLoss: .infinity, testAccuracy: 1),
      ],
      growths: [
        .init(
          number: 1, layer: 1, seconds: 0.5, duration: 0.25, samples: 100, neurons: 3, rank: 10,
          sumOfSquares: 1e-300, largest: 0.7, smallest: 1e-17, updateAmplitude: 32, amplitude: 0,
          lossBefore: 2, lossWithUpdate: 1.5, lossAfter: 1),
        .init(
          number: 1, layer: 2, seconds: 1, duration: 0, samples: 5, neurons: 0, rank: 0,
          sumOfSquares: 0, largest: nil, smallest: nil, updateAmplitude: 0, amplitude: 0,
          lossBefore: 2, lossWithUpdate: 2, lossAfter: 2),
      ])
    let read = try RunRecord(
      curve: record.curveCSV.text, growths: record.growthCSV.text, of: "run")
    #expect(read == record)
    #expect(record.counts == [[3, 0]])
    #expect(record.growths[0].meanOfSquares == 1e-301)
    #expect(record.growths[1].meanOfSquares == nil)
  }

  @Test(
    "What is no table of a run is told by file and line",
    arguments: [
      ("seconds,steps\n1\n", "run/curve.csv: line 2 is not a row of results"),
      ("seconds,steps\n1,2\n", "run/curve.csv: no column epochs"),
      ("", "run/curve.csv: line 1 is not a row of results"),
    ])
  func damage(text: String, message: String) throws {
    let good = RunRecord()
    let error = #expect(throws: PaperError.self) {
      try RunRecord(curve: text, growths: good.growthCSV.text, of: "run")
    }
    #expect(error?.description == message)
  }

  @Test("A field that is no number is told by its line")
  func notANumber() {
    let header = RunRecord().curveCSV.text
    let error = #expect(throws: PaperError.self) {
      try RunRecord(
        curve: header + "1,2,3,4,5,6,7,8,many\n", growths: RunRecord().growthCSV.text, of: "run")
    }
    #expect(error == .notCSV(path: "run/curve.csv", line: 2))
  }

  @Test("A table goes between its marks, and only there")
  func marks() {
    let text = "a <!-- x -->old<!-- /x --> b <!-- y -->kept<!-- /y -->"
    let replaced = replacing("x", in: text, by: "new\n")
    #expect(replaced == "a <!-- x -->\nnew\n<!-- /x --> b <!-- y -->kept<!-- /y -->")
    #expect(replacing("z", in: text, by: "") == nil)
    #expect(replacing("x", in: "<!-- /x --> <!-- x -->", by: "") == nil)
  }

  @Test("Markdown has a line between titles and rows")
  func markdown() {
    #expect(
      markdownTable(["a", "b"], [["1", "2"]]) == "| a | b |\n| --- | --- |\n| 1 | 2 |\n")
    #expect(grouped(1_234_567) == "1 234 567")
    #expect(grouped(999) == "999")
    #expect(Spread([0.9, 0.96])?.text(factor: 100, digits: 1) == "93.0 ± 4.2")
    #expect(Spread([0.9])?.text(digits: 2) == "0.90")
  }
}
