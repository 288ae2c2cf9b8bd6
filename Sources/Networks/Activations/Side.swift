/// A side from which a number is approached.
package enum Side: Hashable, Sendable {
  case left, right
}
