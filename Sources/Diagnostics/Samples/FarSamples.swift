import LinearAlgebra
import Networks

extension SampleSubset {
  /// The rows whose inputs are far from those of the training samples.
  ///
  ///     d² = [b 1] S⁻ [b 1]ᵀ > max(10 rank S, n / 5)        with the mean rank S over n training samples
  ///
  /// Such a sample has ten times the squared distance of others, and among the training samples makes a
  /// fifth of a direction alone.
  ///
  /// - Parameters:
  ///   - whitening: of the first layer's inputs, on the training samples.
  ///   - sampleCount: n.
  /// - Returns: their rows in the source; none where they are more than a few, which is no rest to be far
  ///   from, or inputs so many that the search would take long.
  func farRows(by whitening: Whitening, of sampleCount: Int) -> [Int] {
    guard whitening.order <= Self.mostInputs, sampleCount > whitening.rank else { return [] }
    let limit = max(10 * Double(whitening.rank), Double(sampleCount) / 5)
    let rows = pieces.flatMap { block, pass in
      let whitened = whitening.whitened(Matrix<Double>(pass.inputs[0]).transposed())
      return (0..<whitened.columns).filter { row in
        (0..<whitened.rows).reduce(0) { $0 + whitened[$1, row] * whitened[$1, row] } > limit
      }.map { block.sourceRows[$0] }
    }
    return rows.count <= max(1, self.sampleCount / 200) ? rows.sorted() : []
  }

  /// Beyond this the products would take longer than all that neurons are judged by.
  private static var mostInputs: Int { 1024 }
}
