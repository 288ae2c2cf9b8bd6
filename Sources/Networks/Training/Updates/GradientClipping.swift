/// How large gradients may be before they become a step, as Keras 3 defines it.
package enum GradientClipping: Equatable, Sendable {
  /// `clipnorm`: the gradient of each variable is scaled down to this norm. A kernel and its bias are
  /// two variables.
  case norm(Double)
  /// `global_clipnorm`: all gradients together are.
  case globalNorm(Double)
  /// `clipvalue`: each number is cut off at ± this.
  case value(Double)
}
