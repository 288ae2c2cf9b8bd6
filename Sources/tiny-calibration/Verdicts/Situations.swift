import Foundation
import LinearAlgebra
import Networks

extension Situation {
  /// All of them, in the order of the table.
  static let all: [Situation] =
    tooNarrow + notTooNarrow + trainedWrongly + wronglyBuilt + difficultSamples

  private static let tooNarrow: [Situation] = [
    Situation(
      name: "narrow, ReLU", truth: [.bottleneck], count: 2000, hidden: [4], activation: .relu,
      task: { .taught(inputs: 6, by: [24], .relu, &$0) }),
    Situation(
      name: "narrow, tanh", truth: [.bottleneck], count: 2000, hidden: [3],
      task: { .taught(inputs: 6, by: [16], .tanh, &$0) }),
    Situation(
      name: "second layer narrow", truth: [.bottleneck], count: 2000, hidden: [24, 2],
      task: { .taught(inputs: 6, by: [16, 12], .tanh, outputs: 4, &$0) }),
    Situation(
      name: "deep and narrow", truth: [.bottleneck], count: 2000, hidden: [4, 4, 4, 4],
      task: { .taught(inputs: 6, by: [16, 12], .tanh, outputs: 2, &$0) }),
    Situation(
      name: "many inputs", count: 3000, hidden: [4], activation: .relu,
      task: { .taught(inputs: 60, by: [12], .relu, &$0) }),
    Situation(
      name: "a fast sine", count: 2000, hidden: [6],
      task: { _ in .function(inputs: 1) { sin(12 * Double($0[0])) } }),
    Situation(
      name: "Dropout", count: 1500, hidden: [8], activation: .relu, stepsOn: 3000, dropout: 0.3,
      task: { .taught(inputs: 6, by: [24], .relu, &$0) }),
    Situation(
      name: "heavy tails", count: 2000, hidden: [4],
      task: { random in
        let inner = Task.taught(inputs: 6, by: [16], .tanh, noise: 0, &random)
        return Task(inputs: 6, outputs: 1) { count, random in
          var samples = inner.samples(count, &random)
          guard case .values(var targets) = samples.targets else { return samples }
          for place in targets.storage.indices {
            // Student's t of three degrees of freedom.
            let squares = (0..<3).reduce(0.0) { sum, _ in
              let number = random.normal()
              return sum + number * number
            }
            targets.storage[place] += Float(0.2 * random.normal() / (squares / 3).squareRoot())
          }
          samples.targets = .values(targets)
          return samples
        }
      }),
  ]

  private static let notTooNarrow: [Situation] = [
    Situation(
      name: "right-sized", truth: [.wideEnough, .trainLonger], count: 2000, hidden: [6],
      learningRate: 0.001, task: { .taught(inputs: 6, by: [6], .tanh, noise: 0.3, &$0) },
      before: { $0 = $0.startingNear($1, &$2) }),
    Situation(
      name: "already solved", truth: [.wideEnough, .trainLonger], count: 2000, hidden: [8],
      activation: .relu, learningRate: 0.001,
      task: { .taught(inputs: 6, by: [8], .relu, noise: 0, &$0) },
      before: { $0 = $0.startingNear($1, &$2) }),
    Situation(
      name: "nothing but noise", truth: [.wideEnough], count: 2000, hidden: [4], activation: .relu,
      task: { _ in .function(inputs: 6, noise: 1) { _ in 0 } }),
    Situation(
      name: "wrong labels, 40 %", count: 3000, hidden: [12], activation: .relu, output: .softmax,
      loss: .sparseCategoricalCrossentropy(fromLogits: false), steps: 2000, learningRate: 0.001,
      task: {
        .clouds(inputs: 4, shares: [1, 1, 1], places: 1, mislabelled: 0.4, spread: 0.8, &$0)
      }),
    Situation(
      name: "a rare class", count: 3000, hidden: [8], activation: .relu, output: .softmax,
      loss: .sparseCategoricalCrossentropy(fromLogits: false),
      task: { .clouds(inputs: 4, shares: [0.94, 0.06], places: 3, spread: 0.7, &$0) }),
  ]

  private static let trainedWrongly: [Situation] = [
    Situation(
      name: "trained too little", truth: [.trainLonger], count: 2000, hidden: [24],
      activation: .relu, steps: 60, learningRate: 0.001,
      task: { .taught(inputs: 6, by: [8], .relu, &$0) }),
    Situation(
      name: "far too small a step", truth: [.trainLonger], count: 2000, hidden: [32],
      steps: 400, rule: .sgd(), learningRate: 0.002,
      task: { .taught(inputs: 6, by: [8], .tanh, &$0) }),
    Situation(
      name: "overfitted", truth: [.overfitted], count: 80, hidden: [64], activation: .relu,
      steps: 4000, hasUnseen: true, task: { .taught(inputs: 8, by: [24], .relu, noise: 0.5, &$0) }),
    Situation(
      name: "overfitted, classes", truth: [.overfitted], count: 120, hidden: [48],
      activation: .relu, output: .softmax,
      loss: .sparseCategoricalCrossentropy(fromLogits: false), steps: 4000, hasUnseen: true,
      task: { .clouds(inputs: 6, shares: [1, 1, 1], places: 4, mislabelled: 0.2, &$0) }),
    Situation(
      name: "copies of rows", truth: [.overfitted, .wideEnough], count: 200, hidden: [32],
      activation: .relu, steps: 4000,
      task: { .taught(inputs: 8, by: [24], .relu, noise: 0.5, &$0) },
      owned: { samples, random in
        let rows = (0..<2 * samples.sampleCount).map { _ in
          Int.random(in: 0..<samples.sampleCount, using: &random)
        }
        return ArraySamples(
          inputs: samples.inputs.selectingRows(rows), targets: samples.targets.selecting(rows))
      }),
    Situation(
      name: "units that died", truth: [.dead], count: 1000, hidden: [8, 8], activation: .relu,
      steps: 500, task: { .taught(inputs: 6, by: [8], .relu, &$0) },
      after: { network in
        var weights = network.layers[1].weights
        for column in 0..<weights.columns { weights[weights.rows - 1, column] = -60 }
        network = network.replacingWeights(ofLayer: 1, by: weights)
      }),
    Situation(
      name: "targets in thousands", truth: [.trainLonger], count: 1000, hidden: [16],
      steps: 300,
      task: { _ in
        .function(inputs: 3) { 4000 + 1000 * Double($0[0]) + 800 * tanh(2 * Double($0[1])) }
      }),
  ]

  private static let wronglyBuilt: [Situation] = [
    Situation(
      name: "ReLU at the output", truth: [.unsuitableOutput], activation: .relu, output: .relu,
      steps: 1000, task: { .taught(inputs: 6, by: [12], .tanh, &$0) }),
    Situation(
      name: "tanh at the output", truth: [.unsuitableOutput], output: .tanh, steps: 1000,
      task: { _ in .function(inputs: 4) { 2 * Double($0[0]) + Double($0[1]) } }),
    Situation(
      name: "softmax of one unit", truth: [.unsuitableOutput], activation: .relu, output: .softmax,
      loss: .binaryCrossentropy(fromLogits: false, labelSmoothing: 0), steps: 300,
      task: { _ in .function(inputs: 4, noise: 0) { $0[0] + $0[1] > 0 ? 1 : 0 } }),
    Situation(
      name: "no activation", truth: [.wideEnough], hidden: [8, 8], activation: .linear,
      task: { .taught(inputs: 6, by: [12], .tanh, &$0) }),
  ]

  private static let difficultSamples: [Situation] = [
    Situation(
      name: "few samples", count: 60, hidden: [3],
      task: { .taught(inputs: 4, by: [8], .tanh, noise: 0.3, &$0) }),
    Situation(
      name: "inputs of a thousand", count: 1000, hidden: [8], activation: .relu, steps: 1000,
      task: { random in
        let inner = Task.taught(inputs: 4, by: [12], .tanh, &random)
        return Task(inputs: 4, outputs: 1) { count, random in
          var samples = inner.samples(count, &random)
          for place in samples.inputs.storage.indices { samples.inputs.storage[place] *= 1000 }
          return samples
        }
      }),
    Situation(
      name: "groups", truth: [.overfitted, .wideEnough], count: 400, hidden: [32],
      activation: .relu, steps: 4000, task: { _ in .people(inputs: 6, rowsEach: 8) }),
    Situation(
      name: "a time series", count: 1500, hidden: [3], isTimeSeries: true,
      task: { _ in .series(lags: 4) }),
  ]
}

extension Network where Scalar == Float {
  /// The network that gave the answers, its weights moved by a tenth.
  fileprivate func startingNear(
    _ task: Situation.Task, _ random: inout SeededGenerator
  ) -> Network {
    guard var moved = task.teacher else { return self }
    for index in moved.layers.indices {
      var weights = moved.layers[index].weights
      for place in weights.storage.indices {
        weights.storage[place] += 0.1 * weights.storage[place] * Float(random.normal())
      }
      moved = moved.replacingWeights(ofLayer: index, by: weights)
    }
    return moved
  }
}
