package import LinearAlgebra
import Networks

/// Some samples, those of the training part first.
package struct SampleBlock<Scalar: BLASScalar>: Sendable {
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
  /// A hash of each row's inputs, and a mark that is the same for rows that must stay together; none
  /// where nothing judges.
  var inputHashes: [UInt64] = []
  var marks: [UInt64] = []
  /// Whether errors of held-out means are over what stays together, and not over rows.
  var errorsAreOverUnits = false

  /// √w of each row, which weighs sums of products of two matrices' rows; `nil` if all count alike.
  var weightRoots: [Scalar]? { weights?.map { Scalar($0.squareRoot()) } }

  /// Among how many a row's unit is one; more units than these share them.
  static var unitCount: Int { 256 }

  /// The unit that a row must stay together with, where sums over each unit are kept; `nil` where
  /// rows stand for themselves.
  func unit(ofRow row: Int) -> Int? {
    errorsAreOverUnits ? Int(truncatingIfNeeded: marks[row] >> 1) % Self.unitCount : nil
  }

  /// In which half of the held-out samples a row is, 0 or 1; with all that it must stay together with.
  func half(ofRow row: Int) -> Int {
    marks.isEmpty ? 0 : Int(truncatingIfNeeded: marks[row] & 1)
  }

  /// The block without the rows that only judge.
  var trainingPart: SampleBlock {
    guard !heldOut.isEmpty else { return self }
    var part = self
    part.order = Array((order ?? Array(0..<inputs.rows)).prefix(training.count))
    part.targets = targets.selecting(Array(training))
    part.sourceRows.removeLast(heldOut.count)
    part.weights?.removeLast(heldOut.count)
    if !marks.isEmpty {
      part.inputHashes.removeLast(heldOut.count)
      part.marks.removeLast(heldOut.count)
    }
    part.heldOut = training.upperBound..<training.upperBound
    return part
  }

  /// The rows that only judge, as a block of which they are the training part: for sums that are taken
  /// over either.
  var heldOutPart: SampleBlock {
    var part = self
    part.order = Array((order ?? Array(0..<inputs.rows)).suffix(heldOut.count))
    part.targets = targets.selecting(Array(heldOut))
    part.sourceRows = Array(sourceRows.suffix(heldOut.count))
    part.weights = weights.map { Array($0.suffix(heldOut.count)) }
    part.inputHashes = inputHashes.suffix(heldOut.count)
    part.marks = marks.suffix(heldOut.count)
    part.training = 0..<heldOut.count
    part.heldOut = heldOut.count..<heldOut.count
    return part
  }
}
