public import Networks

/// Why a verdict holds, with the numbers that show it.
public enum VerdictCause: Equatable, Sendable {
  // The output is unsuitable.
  /// The network has one output, which can only say one thing.
  case singleOutput(SingleOutput)
  /// The last activation is flat at every answer, so that no gradient passes it.
  case saturatedOutput(Activation?, answers: ClosedRange<Double>?)
  /// The best answers that the last activation can give leave this share of the loss.
  case outOfReach(Activation?, targets: ClosedRange<Double>?, share: Double)

  // The network is dead.
  /// No unit of this hidden layer tells two samples apart.
  case deadLayer(String)
  /// All samples get the same answer, though every layer has units that differ.
  case constantAnswers
  /// The gradient is lost on the way to this layer, the first; D there is this share of the last
  /// layer's.
  case noGradient(String, share: Double)

  // The network is overfitted.
  /// The losses of both parts, and that of a constant answer on the held-out one.
  case generalizationGap(training: Double, heldOut: Double, heldOutBaseline: Double?)

  /// Many samples are copies, of so many different ones, or they come in groups (`nil`), and weights
  /// fitted without the held-out ones leave so many times what those ask.
  case memory(ratio: Double, different: Int?)

  // The weights there are can do it.
  /// A constant answer has a lower loss than the network.
  case worseThanConstant(loss: Double, baseline: Double)
  /// All weights changed together can follow this share of what is asked at the output.
  case weightsFollow(share: Double)
  /// The best new weights of one layer alone gain so much, and neurons beyond that so much.
  case weightsGain(layer: String, gain: Double, beyond: Double)

  // A layer is too narrow.
  /// The loss of the samples that judge falls by `gain`, of which the next layer's weights alone give
  /// `without`; the standard error is that of `gain`, `nil` where nothing is held out.
  case neurons(
    next: String, loss: Double?, gain: Double, standardError: Double?, without: Double,
    judges: GainJudges)
  /// The neurons of a recording close so much of the next layer's lack.
  case neuronsOfRecording(next: String, ClosedLack)

  // No layer is.
  /// There is no hidden layer.
  case noHiddenLayer
  /// No hidden layer has an activation.
  case linearNetwork
  /// No sample asks for any change.
  case nothingToLearn
  /// No neurons lower the loss.
  case nothingGained
  /// Neurons lower the loss of the samples they were fitted on by `fitted`, and that of the held-out
  /// ones by no more than may be chance.
  case mayBeChance(fitted: Double, heldOut: PairedGain)
  /// Neurons gain, and less than is worth it: this share of the loss.
  case tooLittle(share: Double)
  /// The neurons of a recording close no more of the lack than may be chance.
  case lackMayBeChance(ClosedLack)

  // Nothing is decided.
  /// The samples were read once.
  case neuronsNotSought
  /// So few samples judge that no gain can be told from chance.
  case fewSamples(judging: Int)
  /// No samples are held out to judge neurons of a recording by.
  case nothingToJudgeBy
}

/// Which samples say what neurons gain.
public enum GainJudges: Equatable, Sendable {
  /// Those the neurons were fitted on.
  case training
  /// Those held out.
  case heldOut
  /// All, part after part held out.
  case all
}

extension Verdict {
  /// Whether it may hide that the network remembers its samples.
  var isOfTraining: Bool {
    if case .weightsFollow = cause { return true }
    return isOfGains
  }

  /// Whether what neurons gain has decided it.
  var isOfGains: Bool {
    switch cause {
    case .weightsGain, .neurons, .nothingGained, .mayBeChance, .tooLittle: true
    default: false
    }
  }
}
