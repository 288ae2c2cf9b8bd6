/// What a regularizer adds to the loss: `l1 Σ |w| + l2 Σ w²`, as Keras has it.
public struct Penalty: Equatable, Sendable {
  /// The factor of Σ |w|, 0 or more.
  public var l1: Double
  /// The factor of Σ w², 0 or more.
  public var l2: Double

  /// No penalty, unless told otherwise.
  public init(l1: Double = 0, l2: Double = 0) {
    self.l1 = l1
    self.l2 = l2
  }

  /// No penalty.
  public static let none = Penalty()
}
