package import Diagnostics

extension TroubleSign {
  /// One sentence without its full stop, for a person.
  package var text: String {
    switch self {
    case .noBetterThanConstant(let loss, let baseline):
      "the loss, \(loss.inThreeDigits), is no lower than that of the best constant answer, "
        + "\(baseline.inThreeDigits): samples scaled otherwise than in training are the usual cause"
    case .unevenClasses(let accuracy, let balanced, let largest):
      "\(Text.percent(largest)) of the samples are of one class: the accuracy is "
        + "\(Text.precisePercent(accuracy)), and \(Text.precisePercent(balanced)) where all classes "
        + "count alike; weights of classes would help the rare ones"
    case .saturatedUnits(let layer, let count):
      "\(Text.layer(layer)): \(count) \(count == 1 ? "unit is" : "units are") saturated, at the "
        + "limits of the activation for nearly every sample, so that hardly any gradient passes"
    case .vanishingGradient(let layer, let share):
      "\(Text.layer(layer)): the gradient vanishes on its way to this first layer, to a D of "
        + "\(share.inThreeDigits) times that of the last layer"
    case .linearNetwork:
      "no hidden layer has an activation: the network is linear, whatever its width"
    case .targetsOutOfScale(let answers, let targets):
      "the targets reach \(targets.inThreeDigits) and the answers \(answers.inThreeDigits): scale the "
        + "targets, and train anew"
    case .unseenLossAbove(let training, let unseen):
      "the loss on samples that were not trained on, \(unseen.inThreeDigits), is well above that on the "
        + "others, \(training.inThreeDigits)"
    }
  }
}
