/// The penalty of a regularizer, added to the loss: `l1 Σ |w| + l2 Σ w²`, as in Keras.
package struct Penalty: Equatable, Sendable {
  /// The factor of Σ |w|, 0 or more.
  package var l1: Double
  /// The factor of Σ w², 0 or more.
  package var l2: Double

  /// No penalty, unless told otherwise.
  package init(l1: Double = 0, l2: Double = 0) {
    self.l1 = l1
    self.l2 = l2
  }

  /// No penalty.
  package static let none = Penalty()
}
