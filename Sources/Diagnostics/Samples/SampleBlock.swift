import LinearAlgebra
import Networks

/// Some samples, those of the training part first.
struct SampleBlock<Scalar: BLASScalar>: Sendable {
  /// Samples × features, in the order of their source.
  var inputs: Matrix<Float>
  /// Where each row of the block stands in `inputs`; `nil` for as they are.
  var order: [Int]?
  var targets: Targets<Scalar>
  /// The rows of the training part.
  var training: Range<Int>
  /// The rows that only judge.
  var heldOut: Range<Int>
  /// The row of the source that each row was.
  var sourceRows: [Int]
  /// How much each row counts, more than 0; `nil` if all count alike.
  var weights: [Double]?

  /// √w of each row, which weighs sums of products of two matrices' rows; `nil` if all count alike.
  var weightRoots: [Scalar]? { weights?.map { Scalar($0.squareRoot()) } }

  /// The block without the rows that only judge.
  var trainingPart: SampleBlock {
    guard !heldOut.isEmpty else { return self }
    var part = self
    part.order = Array((order ?? Array(0..<inputs.rows)).prefix(training.count))
    part.targets = targets.selecting(Array(training))
    part.sourceRows.removeLast(heldOut.count)
    part.weights?.removeLast(heldOut.count)
    part.heldOut = training.upperBound..<training.upperBound
    return part
  }
}
