/// A side from which a number is approached.
public enum Side: Hashable, Sendable {
  case left, right
}
