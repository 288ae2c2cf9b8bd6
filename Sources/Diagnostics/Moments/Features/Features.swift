package import LinearAlgebra
package import Networks

/// Features: the answers of candidate units to a layer's inputs, each with a fixed fan-in α and a
/// function of `αᵀ b`.
package struct Features: Sendable {
  /// The hidden layer that would grow; layers count from 0.
  package let layer: Int
  /// α, one unit per column: (inputs + 1) × count, for the moments' inputs `(b − r, 1)`.
  package let fanIn: Matrix<Double>
  /// The function of `t = αᵀ b`.
  package let response: Response

  /// The function of a new unit, without its value at 0.
  package enum Response: Sendable {
    /// `σ(t) − σ(0)`: the unit as it is. The constant is compensated in the next layer's bias.
    case exact(UnitFunction)
    /// `s₊ t` for t > 0, `s₋ t` below: the unit's first order, for a fan-in close to zero.
    case infinitesimal(left: Double, right: Double)
  }

  /// Units of the given fan-in.
  package init(layer: Int, fanIn: Matrix<Double>, response: Response) {
    self.layer = layer
    self.fanIn = fanIn
    self.response = response
  }
}

extension Features.Response {
  /// Replaces `t` by the response to it.
  func apply<Scalar: BLASScalar>(to values: inout Matrix<Scalar>) {
    switch self {
    case .exact(let function):
      function.apply(to: &values.storage)
      values.subtractFromRows(
        [Scalar](repeating: Scalar(function.valueAtZero), count: values.columns))
    case .infinitesimal(let left, let right):
      values.setPiecewiseLinear(left: Scalar(left), right: Scalar(right))
    }
  }
}

extension Matrix {
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  fileprivate mutating func setPiecewiseLinear(left: Scalar, right: Scalar) {
    for place in storage.indices {
      let number = storage[place]
      storage[place] = number * (number > 0 ? right : left)
    }
  }
}
