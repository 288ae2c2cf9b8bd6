import LinearAlgebra
import Networks

/// Looks for the first sample whose numbers in the network are too large for the moments; only run
/// when the moments came out infinite.
struct OverflowSearch<Scalar: BLASScalar>: BlockSums {
  /// The layer, counted from 0, and the row in the samples.
  private(set) var first: (layer: Int, sampleRow: Int)?

  mutating func add(_ block: SampleBlock<Scalar>, pass: inout Pass<Scalar>) {
    pass.forward(block.inputs, rows: block.order, differentiating: true)
    pass.backward(targets: block.targets)
    let limit = Self.largestSquare.squareRoot()
    for layer in pass.inputs.indices {
      for matrix in [pass.inputs[layer], pass.desiredUpdates[layer]] {
        // NaN fails the comparison too.
        guard let place = matrix.storage.firstIndex(where: { !($0.magnitude < limit) }) else {
          continue
        }
        let row = block.sourceRows[place / matrix.columns]
        if row < first?.sampleRow ?? .max { first = (layer, row) }
      }
    }
  }

  /// Sums of squares over a block overflow a little before a single square does.
  static var largestSquare: Scalar { .greatestFiniteMagnitude / 4096 }

  mutating func carry(in stream: inout NumberStream) {
    var place = first ?? (-1, 0)
    stream.carry(&place.layer)
    stream.carry(&place.sampleRow)
    first = place.layer < 0 ? nil : place
  }

  mutating func merge(_ other: OverflowSearch) {
    if let candidate = other.first, candidate.sampleRow < first?.sampleRow ?? .max {
      first = candidate
    }
  }
}
