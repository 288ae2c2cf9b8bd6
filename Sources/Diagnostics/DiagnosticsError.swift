/// Why a diagnosis stops.
public enum DiagnosticsError: Error, Equatable, CustomStringConvertible {
  /// The loss of a sample overflows or is undefined.
  case lossNotFinite(sampleRow: Int)
  /// A sample makes a number in the network so large that its square overflows.
  case overflow(layer: String, sampleRow: Int)
  /// A moment, or what is computed of it, leaves the range of double precision.
  case outOfRange
  /// No sample is left to fit on.
  case noTrainingSamples(sampleCount: Int)

  /// The problem and its remedy, for a person.
  public var description: String {
    switch self {
    case .lossNotFinite(let row):
      """
      the loss of sample row \(row) is not a finite number
        check that sample and the scale of the inputs: the network overflows on it
      """
    case .overflow(let layer, let row):
      """
      sample row \(row) drives layer \(layer) beyond what single precision can square
        check that sample and the scale of the inputs
      """
    case .outOfRange:
      """
      the numbers are so large or so small that what is computed of them is no number
        scale the inputs and the targets, as to a mean of 0 and a deviation of 1, and train again
      """
    case .noTrainingSamples(let count):
      """
      \(count == 1 ? "1 sample leaves" : "\(count) samples leave") none to fit on
        give more samples, or hold fewer out (--holdout)
      """
    }
  }
}
