import LinearAlgebra
import Networks
import TestSupport
import Testing

@testable import Diagnostics

/// Recordings whose gradients have nothing to do with the inputs: no neuron can lower the loss.
@Suite("Recordings of noise") struct NoiseRecordingTests {
  /// How the gradients of a recording are drawn.
  enum Noise: CaseIterable {
    case normal
    /// A few samples have gradients far larger than the others.
    case heavyTailed
    /// Larger where the inputs are large, in either direction.
    case unequal
    /// The last layer's noise goes back through the weights, as in a network of random targets.
    case carriedBack
  }

  private struct Recorded {
    let network: Network<Float>
    let samples: ArraySamples

    init(_ noise: Noise, rows: Int, hidden: Activation, seed: Int) {
      var random = SeededGenerator(seed: seed)
      network = Network(random.network([6, 4, 3, 2], hidden: hidden))
      let layers = network.layers
      var inputs = [random.normalMatrix(rows, 6)]
      for layer in layers.dropLast() {
        let products = inputs[inputs.count - 1].times(
          Matrix(rows: layer.inputs, columns: layer.outputs) { Double(layer.weights[$0, $1]) })
        var answers = Matrix(rows: rows, columns: layer.outputs) {
          products[$0, $1] + Double(layer.weights[layer.inputs, $1])
        }
        hidden.apply(to: &answers.storage)
        inputs.append(answers)
      }
      var updates = layers.map { random.normalMatrix(rows, $0.outputs) }
      switch noise {
      case .normal: break
      case .heavyTailed:
        for place in updates.indices {
          for index in updates[place].storage.indices {
            updates[place].storage[index] *= updates[place].storage[index].magnitude
          }
        }
      case .unequal:
        for row in 0..<rows {
          let scale = inputs[0][row, 0].magnitude
          for place in updates.indices {
            for column in 0..<updates[place].columns { updates[place][row, column] *= scale }
          }
        }
      case .carriedBack:
        for place in layers.indices.dropLast().reversed() {
          let next = layers[place + 1]
          updates[place] = updates[place + 1].times(
            Matrix(rows: next.outputs, columns: next.inputs) { Double(next.weights[$1, $0]) })
        }
      }
      let numbers = (0..<rows).flatMap { row in
        (inputs + updates).flatMap { part in
          (0..<part.columns).map { Float(part[row, $0]) }
        }
      }
      samples = ArraySamples(
        inputs: Matrix(rows: rows, columns: network.recordedCount, storage: numbers),
        targets: .values(Matrix(rows: rows, columns: 0)), identifyingCount: 6)
    }
  }

  @Test("suggest neurons in at most one of twenty")
  func rate() async throws {
    var suggested: [String] = []
    var count = 0
    for noise in Noise.allCases {
      for (rows, hidden) in [(100, Activation.relu), (300, .tanh), (1000, .relu)] {
        for seed in 0..<20 {
          let recorded = Recorded(noise, rows: rows, hidden: hidden, seed: 1000 * count + seed)
          let diagnosis = try await diagnose(
            .recording(recorded.network),
            split: SampleSplit(samples: recorded.samples, holdout: 0.2, seed: 1),
            options: DiagnosisOptions(neuronLimit: 4, workers: 2))
          count += 1
          if diagnosis.growth.contains(where: { $0.suggestedNeurons > 0 }) {
            suggested.append("\(noise), \(rows) rows, seed \(seed)")
          }
        }
      }
    }
    #expect(count >= 200 && 20 * suggested.count <= count, "\(suggested)")
  }
}
