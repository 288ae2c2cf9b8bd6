import Diagnostics
import LinearAlgebra
import Networks

/// From where each way starts: the networks before they are trained on.
struct ComparisonStart: Sendable {
  let network: Network<Float>
  let configuration: TrainingConfiguration
  let moments: Moments
  /// Of each layer that grows, counted from 0: the neurons of the diagnosis, to be added one after the
  /// other; none where it has none.
  let neurons: [Int: [NeuronsFound]]
  /// Of each of these layers, the number of new units.
  let counts: [Int: Int]
  let seed: UInt64

  /// What is added to the fan-in of a copy, as a share of its original's root mean square: without it
  /// copies stay copies, as there is no dropout to part them (Chen et al. 2016, section 3.1).
  private static let copyNoise = 0.01

  /// Every way that can be gone, the network as it is first.
  func ways() -> [ComparisonWay] {
    var ways = [ComparisonWay(method: .none, layer: nil, layerName: nil, neurons: 0)]
    for (layer, count) in counts.sorted(by: { $0.key < $1.key }) {
      let name = network.layers[layer].name
      func append(_ method: ComparisonWay.Method, _ neurons: Int) {
        ways.append(
          ComparisonWay(method: method, layer: layer, layerName: name, neurons: neurons))
      }
      if neurons[layer]?.isEmpty == false {
        for (amplitude, scale) in ComparisonWay.variants {
          append(.tiny(amplitude: amplitude, fanInScale: scale), count)
        }
      }
      let limit = min(network.layers[layer].inputs, network.layers[layer + 1].outputs)
      append(.gradmax, min(count, limit))
      append(.random, count)
      append(.net2wider, count)
      append(.scratch, count)
    }
    // GradMax is flat at zero for some activations, and some layers have no bias to take φ(0) away.
    return ways.filter { (try? start(of: $0, run: 0)) != nil }
  }

  /// The network of a way, and how it is trained on.
  ///
  /// - Parameters:
  ///   - way: one of `ways()`.
  ///   - run: the number of the batch order, from 0: each draws its own random units.
  /// - Returns: both.
  /// - Throws: `GrowthError` if the method cannot make the units.
  func start(
    of way: ComparisonWay, run: Int
  ) throws(GrowthError) -> (Network<Float>, TrainingConfiguration) {
    let place = way.layer ?? network.layers.count
    let seed = seed &+ 1000 &* UInt64(run + 1) &+ UInt64(place)
    guard let layer = way.layer else {
      return way == .anew ? network.untrained(configuration, seed: seed) : (network, configuration)
    }
    let addition: Addition
    switch way.method {
    case .none: return (network, configuration)
    case .tiny(let amplitude, let scale):
      var grown = network
      for found in neurons[layer] ?? [] {
        let addition = found.addition
        let fanIn = amplitude == 0 ? found.silentFanIn : addition.fanIn
        grown = try grown.grown(
          by: Addition(
            layer: layer, fanIn: scale * fanIn, fanOut: amplitude * addition.fanOut,
            weightUpdate: addition.weightUpdate.map { amplitude * $0 }))
      }
      return (grown, configuration)
    case .gradmax:
      addition = try .gradmax(
        layer: layer, count: way.neurons, of: network, moments: moments)
    case .random, .scratch:
      addition = .random(layer: layer, count: way.neurons, of: network, seed: seed)
    case .net2wider:
      addition = .net2wider(
        layer: layer, count: way.neurons, of: network, noise: Self.copyNoise, seed: seed)
    }
    let grown = try network.grown(by: addition)
    return way.method == .scratch
      ? grown.untrained(configuration, seed: seed) : (grown, configuration)
  }
}
