import Foundation

/// The result of one run.
struct RunRecord: Equatable {
  /// In the order of time.
  var points: [Point] = []
  /// In the order of time; empty for a fixed architecture.
  var growths: [Growth] = []

  /// A network at one moment, judged on the test samples.
  struct Point: Equatable {
    /// Seconds of the process's own time, growing included, evaluations not.
    let seconds: Double
    let steps: Int
    /// The number of epochs.
    let epochs: Double
    /// How often the hidden layers have grown.
    let growths: Int
    let widths: [Int]
    let parameters: Int
    let testLoss: Double
    /// In 0...1.
    let testAccuracy: Double
  }

  /// New neurons in one hidden layer.
  struct Growth: Equatable {
    /// Counted from 1, all layers of one growth alike.
    let number: Int
    /// The hidden layer, counted from 1.
    let layer: Int
    /// When it began.
    let seconds: Double
    /// Seconds for finding and adding the neurons.
    let duration: Double
    /// The number of samples they were found from.
    let samples: Int
    let neurons: Int
    /// The number of λ of the paper's solve; 0 of a way that does not solve it.
    let rank: Int
    /// Σ λ².
    let sumOfSquares: Double
    /// The largest λ.
    let largest: Double?
    /// The smallest λ.
    let smallest: Double?
    /// γ₀ of the best weight update.
    let updateAmplitude: Double
    /// γ of the neurons.
    let amplitude: Double
    /// The loss on the samples that the neurons were found from: before, with the weight update alone,
    /// and with the neurons.
    let lossBefore: Double
    let lossWithUpdate: Double
    let lossAfter: Double

    /// What the paper plots in figure 11: the mean of λ².
    var meanOfSquares: Double? { rank > 0 ? sumOfSquares / Double(rank) : nil }
  }
}

extension RunRecord {
  /// The neurons of each growth, layer by layer.
  var counts: [[Int]] {
    (0..<(growths.map(\.number).max() ?? 0)).map { number in
      growths.filter { $0.number == number + 1 }.map(\.neurons)
    }
  }
}

// MARK: - Files

extension RunRecord {
  private static let pointColumns = [
    "seconds", "steps", "epochs", "growths", "width1", "width2", "parameters", "testLoss",
    "testAccuracy",
  ]
  private static let growthColumns = [
    "growth", "layer", "seconds", "duration", "samples", "neurons", "rank", "sumOfSquares",
    "updateAmplitude", "amplitude", "lossBefore", "lossWithUpdate", "lossAfter", "largest",
    "smallest",
  ]

  /// The curve as a table.
  var curveCSV: CSV {
    CSV(
      columns: Self.pointColumns,
      rows: points.map { point in
        [
          "\(point.seconds)", "\(point.steps)", "\(point.epochs)", "\(point.growths)",
          "\(point.widths[0])", "\(point.widths[1])", "\(point.parameters)", "\(point.testLoss)",
          "\(point.testAccuracy)",
        ]
      })
  }

  /// The growths as a table.
  var growthCSV: CSV {
    CSV(
      columns: Self.growthColumns,
      rows: growths.map { growth in
        let whole = [growth.samples, growth.neurons, growth.rank].map(String.init)
        let measured = [
          growth.sumOfSquares, growth.updateAmplitude, growth.amplitude, growth.lossBefore,
          growth.lossWithUpdate, growth.lossAfter,
        ].map { "\($0)" }
        return ["\(growth.number)", "\(growth.layer)", "\(growth.seconds)", "\(growth.duration)"]
          + whole + measured + [growth.largest, growth.smallest].map { $0.map { "\($0)" } ?? "" }
      })
  }

  /// Reads the two tables of a run.
  ///
  /// - Throws: `PaperError` if one is not what `curveCSV` and `growthCSV` write.
  init(curve: String, growths: String, of path: String) throws(PaperError) {
    func columns(
      _ text: String, _ names: [String], of file: String
    ) throws(PaperError) -> [[Double?]] {
      let table = try CSV(text, of: file)
      var columns: [[Double?]] = []
      for name in names { columns.append(try table.numbers(name, of: file)) }
      return columns
    }
    func number(_ value: Double?, _ row: Int, of file: String) throws(PaperError) -> Double {
      guard let value else { throw .notCSV(path: file, line: row + 2) }
      return value
    }
    let curveFile = path + "/curve.csv"
    let curve = try columns(curve, Self.pointColumns, of: curveFile)
    for row in curve[0].indices {
      var values: [Double] = []
      for column in curve { values.append(try number(column[row], row, of: curveFile)) }
      points.append(
        Point(
          seconds: values[0], steps: Int(values[1]), epochs: values[2], growths: Int(values[3]),
          widths: [Int(values[4]), Int(values[5])], parameters: Int(values[6]),
          testLoss: values[7], testAccuracy: values[8]))
    }
    let growthFile = path + "/growth.csv"
    let table = try columns(growths, Self.growthColumns, of: growthFile)
    for row in table[0].indices {
      var values: [Double] = []
      for column in table.prefix(13) { values.append(try number(column[row], row, of: growthFile)) }
      self.growths.append(
        Growth(
          number: Int(values[0]), layer: Int(values[1]), seconds: values[2], duration: values[3],
          samples: Int(values[4]), neurons: Int(values[5]), rank: Int(values[6]),
          sumOfSquares: values[7], largest: table[13][row], smallest: table[14][row],
          updateAmplitude: values[8], amplitude: values[9], lossBefore: values[10],
          lossWithUpdate: values[11], lossAfter: values[12]))
    }
  }
}
