/// A function of one number that a loop over many does not turn into vector instructions by itself.
public enum ElementaryFunction: Sendable {
  /// eˣ.
  case exponential
  /// eˣ − 1, to full relative precision near 0.
  case exponentialMinusOne
  /// log(1 + x) for x in 0...1, to full relative precision near 0.
  case logarithmOfOnePlusShare
  /// 1 − erf x, to full relative precision in the right tail.
  case complementaryError
  /// 1 for x > 0, else 0.
  case step
}
