internal import COpenBLAS

/// A thin singular value decomposition `A = Σ_k λ_k u_k w_kᵀ`, largest value first.
public struct SingularValues: Sendable {
  /// λ, descending and not negative; as many as the smaller side of A, or only the first.
  public let values: [Double]
  /// Column k is u_k: `rows × values.count`, or of fewer columns where fewer vectors were asked for.
  public let left: Matrix<Double>
  /// Row k is w_k: `values.count × columns`, or of as many rows as `left` has columns.
  public let right: Matrix<Double>

  /// The first `count` values, or all if there are fewer.
  public func prefix(_ count: Int) -> SingularValues {
    let kept = 0..<min(count, values.count)
    return SingularValues(
      values: Array(values[kept]), left: left.selectingColumns(kept),
      right: right.selectingRows(Array(kept)))
  }
}
