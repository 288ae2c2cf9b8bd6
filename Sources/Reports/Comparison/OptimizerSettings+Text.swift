import Diagnostics
import Networks

extension OptimizerSettings {
  /// The optimizer in a line: `adam, learning rate 0.001`.
  var text: String {
    var parts = [name]
    switch rule {
    case .sgd(let momentum, let nesterov):
      if momentum > 0 {
        parts.append("\(nesterov ? "Nesterov momentum" : "momentum") \(momentum.inThreeDigits)")
      }
    case .rmsprop(_, let momentum, _, let centered):
      if momentum > 0 { parts.append("momentum \(momentum.inThreeDigits)") }
      if centered { parts.append("centred") }
    case .adam(_, _, _, let amsgrad): if amsgrad { parts.append("amsgrad") }
    case .adagrad: break
    }
    parts.append("learning rate \(learningRate.inThreeDigits)")
    if weightDecay > 0 { parts.append("weight decay \(weightDecay.inThreeDigits)") }
    switch clipping {
    case .norm(let limit): parts.append("gradients of norm \(limit.inThreeDigits) at most")
    case .globalNorm(let limit):
      parts.append("all gradients of norm \(limit.inThreeDigits) at most")
    case .value(let limit): parts.append("gradients of ±\(limit.inThreeDigits) at most")
    case nil: break
    }
    return parts.joined(separator: ", ")
  }
}
