public import LinearAlgebra
public import Networks

/// The network that a diagnosis or a growth is about, and where its passes come from.
///
/// Whoever opens a file decides once between the two cases, and hands the value to `diagnose` or to
/// `grow`.
public enum DiagnosedNetwork<Scalar: BLASScalar>: Sendable {
  /// A network that samples go through, forward and back, and the loss it was trained for.
  case model(Network<Scalar>, Objective<Scalar>)
  /// A network whose forward and backward pass another program recorded: the inputs of every layer and
  /// the gradients of its preactivations.
  ///
  /// Each sample is a row as `Network.recordedCount` says; targets are not used. A diagnosis reads the
  /// shapes and functions of the network and not its weights. `meanLoss` is the recorded mean loss, if
  /// there is one, against which the scale of the gradients is seen.
  case recording(Network<Scalar>, meanLoss: Double? = nil)

  /// The network.
  public var network: Network<Scalar> {
    switch self {
    case .model(let network, _), .recording(let network, _): network
    }
  }

  /// The loss that the network was trained for; `nil` for a recording, which knows none.
  package var objective: Objective<Scalar>? {
    switch self {
    case .model(_, let objective): objective
    case .recording: nil
    }
  }

  /// Whether another program ran the network, so that no loss can be measured.
  var isRecording: Bool {
    switch self {
    case .model: false
    case .recording: true
    }
  }

  /// The network in double precision, with its objective if it has one.
  var inDouble: DiagnosedNetwork<Double> {
    switch self {
    case .model(let network, let objective): .model(Network(network), Objective(objective))
    case .recording(let network, let meanLoss): .recording(Network(network), meanLoss: meanLoss)
    }
  }

  /// Buffers for one block of samples on its way through the network.
  var emptyPass: Pass<Scalar> {
    switch self {
    case .model(let network, let objective): Pass(network: network, objective: objective)
    case .recording(let network, _): Pass(recordingOf: network)
    }
  }
}
