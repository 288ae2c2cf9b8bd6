internal import RealModule

/// A small seeded generator (SplitMix64): whatever is drawn at random follows from a seed that the
/// caller gives.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  /// Where the sequence stands: a generator with this seed goes on from here.
  public private(set) var state: UInt64

  /// A generator whose numbers follow from `seed` alone.
  public init(seed: UInt64) { state = seed }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  /// A standard normal number (Box–Muller).
  public mutating func normal() -> Double {
    let radius = (-2 * Double.log(1 - Double.random(in: 0..<1, using: &self))).squareRoot()
    return radius * Double.cos(2 * .pi * Double.random(in: 0..<1, using: &self))
  }
}
