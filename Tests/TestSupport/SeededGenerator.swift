public import LinearAlgebra

extension SeededGenerator {
  /// A generator whose numbers follow from `seed` alone, so that a failing test names its seed.
  public init(seed: Int) { self.init(seed: UInt64(bitPattern: Int64(seed))) }
}
