/// A sign that something went wrong in training, or that the samples are not those of training.
public enum TroubleSign: Equatable, Sendable {
  /// The loss is no lower than that of the best constant answer.
  case noBetterThanConstant(loss: Double, baseline: Double)
  /// The classes are uneven, and the rare ones are answered worse: the accuracy, its mean over the
  /// classes, and the share of the most frequent class.
  case unevenClasses(accuracy: Double, balanced: Double, largest: Double)
  /// Units of this layer are at the limits of their activation for nearly every sample.
  case saturatedUnits(layer: String, count: Int)
  /// The gradient that reaches this layer, the first, is this share of D at the output.
  case vanishingGradient(layer: String, share: Double)
  /// No hidden layer has an activation.
  case linearNetwork
  /// The targets are far larger than the answers: the largest of both.
  case targetsOutOfScale(answers: Double, targets: Double)
  /// Samples that were never trained on have a loss well above that of the others.
  case unseenLossAbove(training: Double, unseen: Double)

  /// A name for programs: it stays when the sentence is reworded.
  public var code: String {
    switch self {
    case .noBetterThanConstant: "noBetterThanConstant"
    case .unevenClasses: "unevenClasses"
    case .saturatedUnits: "saturatedUnits"
    case .vanishingGradient: "vanishingGradient"
    case .linearNetwork: "linearNetwork"
    case .targetsOutOfScale: "targetsOutOfScale"
    case .unseenLossAbove: "unseenLossAbove"
    }
  }
}

extension Diagnosis {
  /// What the numbers show of trouble in training.
  public var troubleSigns: [TroubleSign] {
    [
      noBetterThanConstant, unevenClasses, vanishingGradient, targetsOutOfScale, unseenLossAbove,
      layers.count > 1 && layers.dropLast().allSatisfy(\.isLinear) ? .linearNetwork : nil,
    ].compactMap { $0 } + saturatedUnits
  }

  private var noBetterThanConstant: TroubleSign? {
    // A percent better is no better.
    let better = 0.01
    guard let loss = training?.loss, let facts = answers?.training, let baseline = facts.baseline,
      facts.excess(of: baseline) > 0,
      facts.excess(of: loss) > (1 - better) * facts.excess(of: baseline)
    else { return nil }
    return .noBetterThanConstant(loss: loss, baseline: baseline)
  }

  private var unevenClasses: TroubleSign? {
    let gap = 0.05
    guard let accuracy = training?.accuracy, let facts = answers?.training,
      let balanced = facts.balancedAccuracy, let largest = facts.largestClassShare,
      facts.classCount > 1, largest > 1.5 / Double(facts.classCount), accuracy - balanced > gap
    else { return nil }
    return .unevenClasses(accuracy: accuracy, balanced: balanced, largest: largest)
  }

  private var vanishingGradient: TroubleSign? {
    let vanishing = 1e-8
    guard layers.count > 1, let first = layers.first, let last = layers.last,
      last.desiredUpdate > 0
    else { return nil }
    let share = first.desiredUpdate / last.desiredUpdate
    return share < vanishing ? .vanishingGradient(layer: first.name, share: share) : nil
  }

  private var targetsOutOfScale: TroubleSign? {
    guard let facts = answers?.training, let answers = facts.answers, let targets = facts.targets
    else { return nil }
    func size(_ range: ClosedRange<Double>) -> Double {
      max(abs(range.lowerBound), abs(range.upperBound))
    }
    let far = 10.0
    return size(targets) > far * size(answers)
      ? .targetsOutOfScale(answers: size(answers), targets: size(targets)) : nil
  }

  private var unseenLossAbove: TroubleSign? {
    let ratio = 1.5
    guard criteria.heldOutIsUnseen, let training, let heldOut, let answers,
      let unseen = answers.heldOut, let error = gapStandardError,
      heldOut.loss - training.loss > MeasuredGrowth.significance * error,
      unseen.excess(of: heldOut.loss) > ratio * answers.training.excess(of: training.loss)
    else { return nil }
    return .unseenLossAbove(training: training.loss, unseen: heldOut.loss)
  }

  private var saturatedUnits: [TroubleSign] {
    layers.compactMap { layer in
      guard let count = layer.saturatedUnits, count > 0 else { return nil }
      return .saturatedUnits(layer: layer.name, count: count)
    }
  }
}
