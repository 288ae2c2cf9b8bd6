/// Which of several networks ends best when all are trained on for a short while.
package struct ShortTrainingChoice: Equatable, Sendable {
  /// The place of the network whose loss on the choosing part gets lowest, the first of equals; `nil` if
  /// all diverge.
  package let best: Int?
  /// The lowest mean loss of each network on the choosing part, over seeds, at one of the steps looked
  /// at; `nil` if a run diverged.
  package let losses: [Double?]
  /// The standard error of the mean of each network's loss there less the best network's, over the
  /// choosing samples; `nil` where there is no loss.
  package let standardErrors: [Double?]

  /// Whether the best network's loss is below that of another by more than one standard error of the
  /// difference, or that one diverged.
  package func isClear(over place: Int) -> Bool {
    guard let best, best != place else { return false }
    guard let own = losses[best], let other = losses[place], let error = standardErrors[place]
    else { return true }
    return other - own > error
  }
}
