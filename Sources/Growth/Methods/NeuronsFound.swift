package import Diagnostics
package import LinearAlgebra
package import Networks

/// The neurons of a diagnosis, as they begin at the amplitudes of its line search, and silent.
package struct NeuronsFound: Sendable {
  /// The neurons at these amplitudes.
  package let addition: Addition
  /// The fan-in of neurons that begin without fan-out: preactivations have the deviation one, while a
  /// rectifier's scale may be shared out otherwise in `addition`.
  package let silentFanIn: Matrix<Double>
}

extension NeuronsFound {
  /// The neurons of one layer's diagnosis; `nil` if none lower the loss.
  package init?(_ growth: GrowthDiagnosis, _ moments: Moments) {
    guard let addition = growth.addition else { return nil }
    self.addition = addition
    silentFanIn =
      growth.solver == .activationAware
      ? Addition(growth.neurons, layer: growth.layer, moments: moments).fanIn : addition.fanIn
  }
}
