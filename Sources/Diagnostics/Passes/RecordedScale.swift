/// Whether recorded gradients have the scale of those of a mean.
enum RecordedScale {
  /// At the outputs of a network √(D / loss) is about 1, and further down seldom less than this.
  static let smallShare = 0.01
  /// Two parts of the samples differ by chance, and seldom by more than this, in √D.
  static let alike = 2.0

  /// - Parameters:
  ///   - desiredUpdate: D of the last layer.
  ///   - heldOut: the same on the samples held out; `nil` unless they were recorded apart.
  ///   - counts: the numbers of both kinds of samples.
  ///   - loss: the recorded mean loss, if it is known.
  /// - Returns: a warning, if there is reason for one.
  static func warning(
    desiredUpdate: Double, heldOut: Double?, counts: (training: Int, heldOut: Int), loss: Double?
  ) -> Warning? {
    guard desiredUpdate > 0 else { return nil }
    if let heldOut, heldOut > 0, counts.heldOut > 0 {
      // Of means, √D falls as the number of samples rises.
      let factor = (heldOut / desiredUpdate).squareRoot()
      let expected = Double(counts.training) / Double(counts.heldOut)
      if max(factor, 1 / factor) > alike, max(factor / expected, expected / factor) < alike {
        return .gradientsOfMeans(factor: factor)
      }
    }
    guard let loss, loss > 0 else { return nil }
    let share = (desiredUpdate / loss).squareRoot()
    return share < smallShare ? .smallGradients(share: share) : nil
  }
}
