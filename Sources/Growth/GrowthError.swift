public import LinearAlgebra

/// Why a network cannot be grown as asked, or trained on.
public enum GrowthError: Error, Equatable, CustomStringConvertible {
  /// A normalization behind the layer makes each unit depend on the others.
  case coupledUnits(layer: String)
  /// The layer ends a block of a recording: its outputs are no inputs of the next layer.
  case leadsElsewhere(layer: String)
  /// The task needs the loss, which a recording does not know.
  case needsLoss(String)
  /// New units are not zero at zero, and the next layer has no bias to take the constant away.
  case noBiasToCompensate(layer: String, next: String, activation: String, valueAtZero: Double)
  /// GradMax needs a slope at zero; the units of this layer have none.
  case noSlopeAtZero(layer: String, activation: String)
  /// GradMax has one direction for each output of the next layer, and no more than there are inputs.
  case tooManyUnits(layer: String, count: Int, limit: Int)
  /// The directions of a method cannot be computed.
  case decomposition(LinearAlgebraError)
  /// A sample's loss overflowed during training.
  case lossNotFinite(step: Int)

  /// The problem and its remedy, for a person.
  public var description: String {
    switch self {
    case .coupledUnits(let layer):
      """
      \(layer): a LayerNormalization behind it couples its units: a new one would change the mean \
      and the deviation that all others are scaled by
        grow another layer, or train the model with BatchNormalization in its place
      """
    case .leadsElsewhere(let layer):
      """
      \(layer): it is the last layer of its block: what it gives belongs to a residual stream or to \
      other layers, which more units would not fit
        grow a layer before it
      """
    case .needsLoss(let what):
      """
      \(what) needs the loss, and a recording knows none
        ask for a number of neurons, or grow the model itself
      """
    case .noBiasToCompensate(let layer, let next, let activation, let value):
      """
      \(layer): new \(activation) units have the value \(value) at zero, and \(next) has no bias to \
      take it away
        grow another layer, or train the model with a bias in \(next)
      """
    case .noSlopeAtZero(let layer, let activation):
      """
      \(layer): \(activation) is flat at zero, where GradMax starts its units: they would never move
        choose another method
      """
    case .tooManyUnits(let layer, let count, let limit):
      """
      \(layer): GradMax has directions for \(limit) units here, not for \(count)
        add at most \(limit), or choose another method
      """
    case .decomposition(let cause): cause.description
    case .lossNotFinite(let step):
      """
      the loss is not a finite number in training step \(step)
        choose a smaller learning rate
      """
    }
  }
}
