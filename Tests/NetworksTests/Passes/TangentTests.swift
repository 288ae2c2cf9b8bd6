import LinearAlgebra
import Networks
import TestSupport
import Testing

@Suite("Products with the Jacobian of a network")
struct TangentTests {
  /// A network with stages of every kind, after a block of its samples went forward, and a change of
  /// the weights of the layers up to a target.
  private struct Setting {
    let network: Network<Double>
    let objective: Objective<Double>
    let samples: ArraySamples
    var pass: Pass<Double>
    let weightUpdates: [Matrix<Double>]
    var rows: [Matrix<Double>]
    var random: SeededGenerator

    init(seed: Int, target: Int, hasBias: Bool = true) throws {
      var random = SeededGenerator(seed: seed)
      func affine(_ width: Int) -> Stage<Double> {
        .affine(
          Affine(
            center: (0..<width).map { _ in random.normal() },
            scale: (0..<width).map { _ in random.normal() },
            offset: (0..<width).map { _ in random.normal() }))
      }
      func normalization(_ width: Int) -> Stage<Double> {
        .layerNormalization(
          LayerNormalization(
            scale: (0..<width).map { _ in random.normal() },
            offset: (0..<width).map { _ in random.normal() }, epsilon: 1e-3))
      }
      let plain = random.network([5, 4, 6, 3], hidden: .linear, hasBias: hasBias)
      let stages: [[Stage<Double>]] = [
        [affine(4), normalization(4), .activation(.tanh), normalization(4)],
        [.parametricReLU(slopes: (0..<6).map { _ in random.normal() }), affine(6)],
        [.activation(.softmax)],
      ]
      network = Network(
        inputCount: 5, preprocessing: [affine(5)],
        layers: zip(plain.layers, stages).map { layer, stages in
          Layer(name: layer.name, weights: layer.weights, hasBias: hasBias, stages: stages)
        })
      let loss = Loss.sparseCategoricalCrossentropy(fromLogits: false)
      samples = random.samples(20, inputs: 5, outputs: 3, for: loss)
      objective = try Objective(loss: loss, outputStages: stages[2], outputs: 3)
      pass = Pass(network: network, objective: objective)
      pass.forward(samples.inputs, differentiating: true)
      weightUpdates = network.layers[...target].map {
        random.normalMatrix($0.weights.rows, $0.outputs)
      }
      rows = weightUpdates.map { Matrix(rows: 0, columns: $0.columns) }
      self.random = random
    }

    /// The preactivations of the target after a step along the change of the weights.
    func preactivations(step: Double) -> Matrix<Double> {
      var moved = network
      for (index, update) in weightUpdates.enumerated() {
        moved = moved.replacingWeights(
          ofLayer: index, by: network.layers[index].weights + step * update)
      }
      var pass = Pass(network: moved, objective: objective)
      pass.forward(samples.inputs, differentiating: false)
      let target = weightUpdates.count - 1
      return pass.inputs[target].times(moved.layers[target].weights)
    }
  }

  @Test("J δθ is the finite difference of the preactivations", arguments: 0..<4, 0..<3)
  func finiteDifference(seed: Int, target: Int) throws {
    var setting = try Setting(seed: seed, target: target, hasBias: seed > 0)
    setting.pass.pushForward(setting.weightUpdates, into: &setting.rows)
    let step = 6e-6
    let difference = setting.preactivations(step: step) - setting.preactivations(step: -step)
    expectClose(setting.rows[target], (0.5 / step) * difference, relative: 1e-8)
  }

  @Test("⟨J δθ, U⟩ = ⟨δθ, Jᵀ U⟩", arguments: 0..<4, 0..<3)
  func adjoint(seed: Int, target: Int) throws {
    var setting = try Setting(seed: seed, target: target, hasBias: seed > 0)
    setting.pass.pushForward(setting.weightUpdates, into: &setting.rows)
    let image = setting.rows[target]
    setting.rows[target] = setting.random.normalMatrix(20, image.columns)
    let forward = image.dot(setting.rows[target])
    setting.pass.pullBack(&setting.rows)
    let back = (0...target).reduce(0.0) { sum, layer in
      let gradient = setting.pass.inputs[layer].transposedTimes(setting.rows[layer])
      return sum + setting.weightUpdates[layer].dot(gradient)
    }
    expectClose(forward, back, relative: 1e-12)
  }

  @Test("the desired updates are the last layer's, pulled back")
  func desiredUpdates() throws {
    var setting = try Setting(seed: 4, target: 2)
    setting.pass.backward(targets: Targets(setting.samples.targets))
    setting.rows[2] = setting.pass.desiredUpdates[2]
    setting.pass.pullBack(&setting.rows)
    #expect(setting.rows == setting.pass.desiredUpdates)
  }
}
