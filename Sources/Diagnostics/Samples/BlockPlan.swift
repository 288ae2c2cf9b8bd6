import LinearAlgebra

/// A run of rows of one of the split's sources.
struct BlockPlan: Sendable {
  let rows: Range<Int>
  let fromValidation: Bool
}
