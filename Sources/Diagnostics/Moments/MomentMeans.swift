import LinearAlgebra
import Networks

/// The sums of moments that are no products of matrices.
struct MomentMeans: Sendable {
  private(set) var total = SampleTotal()
  /// Σ w ‖v‖² of each layer.
  private(set) var desiredUpdates: [Double]
  /// The weighted sum of each column of `LayerColumns`.
  private var columns: [Double]
  private let layout: LayerColumnLayout

  /// The means of no samples.
  init(_ layout: LayerColumnLayout) {
    self.layout = layout
    desiredUpdates = layout.desiredUpdates.map { _ in 0 }
    columns = [Double](repeating: 0, count: layout.width)
  }

  /// Adds some samples of a block that went forward and back, and was weighed if there are weights.
  mutating func add<Scalar>(
    _ layerColumns: LayerColumns<Scalar>, rows: Range<Int>, weights: [Double]? = nil
  ) {
    total.add(rows, weights: weights)
    if let weights {
      // The rows have been multiplied by √w once.
      let roots = weights.map { Scalar($0.squareRoot()) }
      layerColumns.numbers.addColumnSums(ofRows: rows, times: roots, to: &columns)
    } else {
      layerColumns.numbers.addColumnSums(ofRows: rows, to: &columns)
    }
    for (layer, range) in layout.desiredUpdates.enumerated() {
      desiredUpdates[layer] += layerColumns.numbers.squaredNorm(ofRows: rows, columns: range)
    }
  }

  mutating func merge(_ other: MomentMeans) {
    total.merge(other.total)
    for index in desiredUpdates.indices { desiredUpdates[index] += other.desiredUpdates[index] }
    Double.add(other.columns, in: columns.indices, to: &columns)
  }

  /// E b of a layer, without the constant 1.
  func inputMeans(_ layer: Int) -> [Double] {
    columns[layout.inputs[layer]].map { $0 / total.weight }
  }

  /// E v of a layer.
  func updateMeans(_ layer: Int) -> [Double] {
    columns[layout.desiredUpdates[layer]].map { $0 / total.weight }
  }
}

extension MomentMeans: Portable {
  mutating func carry(in stream: inout NumberStream) {
    total.carry(in: &stream)
    stream.carry(&desiredUpdates, counting: [desiredUpdates.count])
    stream.carry(&columns, counting: [columns.count])
  }
}
