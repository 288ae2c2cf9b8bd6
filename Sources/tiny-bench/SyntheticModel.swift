import ArgumentParser
import LinearAlgebra
import Networks
import TestSupport

/// A random network and samples whose labels a smaller random network gave.
struct SyntheticModel {
  let widths: [Int]
  let samples: Int
  let storage: Storage
  let activation: String

  var name: String {
    "\(widths.map(String.init).joined(separator: "-")), n = \(samples)"
      + (storage == .float ? "" : ", \(storage.rawValue)")
      + (activation == "relu" ? "" : ", \(activation)")
  }

  /// Writes the network and the samples in the native layout, some rows at a time.
  func write(to path: String) throws {
    var random = SeededGenerator(seed: 1)
    let file = try HDF5Writer(path)
    file.group("model/layers")
    file.attribute("format", of: "model", "tiny-diagnose")
    file.attribute("version", of: "model", integer: 1)
    file.attribute("loss", of: "model", "sparse_categorical_crossentropy")
    for (index, (inputs, outputs)) in zip(widths, widths.dropFirst()).enumerated() {
      let layer = "model/layers/00\(index)_dense_\(index)"
      let scale = (2 / Double(inputs)).squareRoot()
      file.dataset(
        "\(layer)/weight", random.normalMatrix(outputs, inputs).storage.map { scale * $0 },
        shape: [outputs, inputs])
      file.dataset("\(layer)/bias", [Double](repeating: 0, count: outputs), shape: [outputs])
      file.attribute("activation", of: layer, index + 2 < widths.count ? activation : "softmax")
    }
    try writeSamples(to: file, &random)
  }

  private func writeSamples(to file: HDF5Writer, _ random: inout SeededGenerator) throws {
    let (width, classes) = (widths[0], widths[widths.count - 1])
    let teacher = (
      Matrix<Float>((1 / Double(width).squareRoot()) * random.normalMatrix(width, 48)),
      Matrix<Float>(random.normalMatrix(48, classes))
    )
    let stored: HDF5Writer.Stored =
      switch storage {
      case .float: .float32
      case .float64: .float64
      case .uint8, .gzip: .uint8
      }
    file.dataset(
      "data/inputs", nil, shape: [samples, width], as: stored,
      layout: storage == .gzip ? .chunked([256, width], deflate: true) : .contiguous)
    var labels: [Double] = []
    for start in stride(from: 0, to: samples, by: 4096) {
      let rows = min(4096, samples - start)
      var inputs = Matrix<Float>(rows: rows, columns: width)
      for place in inputs.storage.indices {
        // A quarter of the inputs is 0, as the pixels of a picture.
        let number = max(0, Float.random(in: -1...3, using: &random))
        inputs.storage[place] = stored == .uint8 ? (40 * number).rounded() : number
      }
      labels += Self.labels(inputs, teacher, scale: stored == .uint8 ? 1 / 40 : 1)
      file.rows("data/inputs", from: start, inputs)
    }
    file.dataset("data/targets", labels, shape: [samples], as: .int64)
  }

  private static func labels(
    _ inputs: Matrix<Float>, _ teacher: (Matrix<Float>, Matrix<Float>), scale: Float
  ) -> [Double] {
    var hidden = Matrix<Float>(rows: inputs.rows, columns: teacher.0.columns)
    hidden.setProduct(inputs, teacher.0)
    let means = hidden.columnMeans(ofRows: 0..<hidden.rows)
    hidden.subtractFromRows(means)
    for place in hidden.storage.indices {
      hidden.storage[place] = max(0, scale * hidden.storage[place])
    }
    var answers = Matrix<Float>(rows: inputs.rows, columns: teacher.1.columns)
    answers.setProduct(hidden, teacher.1)
    return (0..<answers.rows).map { row in
      let columns = 0..<answers.columns
      return Double(columns.max { answers[row, $0] < answers[row, $1] } ?? 0)
    }
  }
}
