import LinearAlgebra
import Networks

/// How many units are at the limits of their activation for nearly every sample, so that hardly any
/// gradient passes them; those that answer the same to all are dead, and not counted.
///
/// The mean slope of a sigmoid or a tanh is algebra on the moments of its outputs b:
///
///     sigmoid: E[σ'] = E[b] − E[b²]      tanh: E[σ'] = 1 − E[b²]
///
/// - Parameters:
///   - layer: the layer of the units.
///   - next: the moments of the layer after it, whose inputs are their outputs.
/// - Returns: `nil` for other activations, and where the next layer's moments hold no means.
func saturatedUnits<Scalar: BLASScalar>(
  of layer: Layer<Scalar>, next: LayerMoments
) -> Int? {
  // Of the slope at zero.
  let smallest = 0.02
  guard case .activation(let activation) = layer.stages.last else { return nil }
  let slope: (_ mean: Double, _ square: Double) -> Double
  switch activation {
  case .sigmoid where next.hasBias: slope = { 4 * ($0 - $1) }
  case .tanh: slope = { 1 - $1 }
  default: return nil
  }
  let one = next.secondMoment.order - 1
  let constant = Set(next.constantInputs)
  return next.reference.indices.count { unit in
    let mean = next.hasBias ? next.secondMoment[unit, one] : 0
    let reference = next.reference[unit]
    let square = next.secondMoment[unit, unit] + reference * (reference + 2 * mean)
    return !constant.contains(unit) && slope(mean + reference, square) < smallest
  }
}
