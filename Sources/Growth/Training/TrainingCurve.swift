package import Diagnostics
import LinearAlgebra
import Networks

/// How a network did at some steps of its training.
package struct TrainingCurve: Equatable, Sendable {
  /// In the order of the steps.
  package let points: [Point]

  /// The network after a number of steps, judged on all samples.
  package struct Point: Equatable, Sendable {
    /// The number of steps before.
    package let step: Int
    /// On the samples trained on.
    package let training: Evaluation
    /// On the held-out samples, if there are any.
    package let heldOut: Evaluation?
  }

  /// The point of the lowest held-out loss, the first of equals: where a user who stops early stops.
  /// `nil` without held-out samples.
  package var best: Point? {
    points.filter { $0.heldOut != nil }.min {
      ($0.heldOut?.loss ?? .infinity) < ($1.heldOut?.loss ?? .infinity)
    }
  }
}

extension Network where Scalar == Float {
  /// Loss and accuracy over all samples, summed in their order.
  func evaluation(on samples: ArraySamples, objective: Objective<Float>) -> Evaluation {
    var pass = Pass(network: self, objective: objective)
    var (loss, correct) = (0.0, Double?.none)
    for start in stride(from: 0, to: samples.sampleCount, by: Self.evaluatedRows) {
      let rows = Array(start..<min(start + Self.evaluatedRows, samples.sampleCount))
      let targets = samples.targets.selecting(rows)
      pass.forward(samples.inputs, rows: rows, differentiating: false)
      pass.evaluate(targets: targets)
      loss = pass.losses.reduce(loss, +)
      if let more = objective.correctCount(
        preactivations: pass.outputPreactivations, targets: targets)
      {
        correct = (correct ?? 0) + more
      }
    }
    let count = Double(samples.sampleCount)
    return Evaluation(
      sampleCount: samples.sampleCount, loss: loss / count, accuracy: correct.map { $0 / count })
  }

  /// The loss of each sample.
  func losses(on samples: ArraySamples, objective: Objective<Float>) -> [Double] {
    var pass = Pass(network: self, objective: objective)
    var losses: [Double] = []
    losses.reserveCapacity(samples.sampleCount)
    for start in stride(from: 0, to: samples.sampleCount, by: Self.evaluatedRows) {
      let rows = Array(start..<min(start + Self.evaluatedRows, samples.sampleCount))
      pass.forward(samples.inputs, rows: rows, differentiating: false)
      pass.evaluate(targets: samples.targets.selecting(rows))
      losses += pass.losses
    }
    return losses
  }

  /// Enough rows for fast products, few enough for the cache.
  private static var evaluatedRows: Int { 512 }
}
