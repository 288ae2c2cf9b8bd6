import LinearAlgebra
import Networks

/// The problem of growing one hidden layer, as the moments pose it before any feature is measured.
struct LayerProblem: Sendable {
  /// The hidden layer that would grow; layers count from 0.
  let layer: Int
  /// The function of its units.
  let function: UnitFunction
  /// The averages around the layer, and around layer l + 1.
  let moments: LayerMoments
  let nextMoments: LayerMoments
  /// Layer l + 1.
  private(set) var next: NextLayer
  /// The paper's neurons.
  let paper: NewNeurons
  /// Neurons that are linear to first order: the paper's, or those of the joint solve.
  let linear: NewNeurons?
  /// The inputs of the layer and candidates of the activation-aware solver, if that is asked for.
  let covariance: InputCovariance?
  var candidates: CandidateNeurons?
  /// Whether φ(0) of new units, if it is not 0, can be taken from layer l + 1's bias.
  let canCompensate: Bool

  /// This problem without the held-out moments of layer l + 1.
  func droppingHeldOut() -> LayerProblem {
    var start = self
    start.next = NextLayer(bottleneck: next.bottleneck, heldOut: nil)
    return start
  }

  /// The paper's neurons to first order.
  var paperFeatures: Features { infinitesimal(paper) }

  /// The neurons of a linear solver to first order.
  func infinitesimal(_ neurons: NewNeurons) -> Features {
    Features(
      layer: layer, fanIn: neurons.fanIn,
      response: .infinitesimal(
        left: function.leftSlopeAtZero, right: function.rightSlopeAtZero))
  }
}
