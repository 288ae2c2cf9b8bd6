import LinearAlgebra
import Networks

/// The best amplitudes of a trial, for each of its choices of neurons.
struct TrialAmplitudes: Equatable, Sendable {
  /// γ₀ of the weight update; 0 where it does not lower the loss.
  var update: Double
  /// γ of each choice of neurons, after the weight update; 0 where it does not lower the loss.
  var choices: [Double]
}

/// Finds the amplitudes of section 3.3 of the paper on a subset of the training samples: first γ₀
/// for the weight update, then γ for the neurons, both over positive numbers; 0 is an outcome.
struct AmplitudeSearch<Scalar: BLASScalar>: Sendable {
  let samplePass: SamplePass<Scalar>
  let objective: Objective<Scalar>
  let subset: SampleSubset<Scalar>
  let moments: Moments
  let trials: [StepTrial]
  let scales: [StepTrialScales]
  /// Whether a rougher grid is enough.
  let isBrief: Bool

  /// From a thousandth of what the preactivations vary by to eight times as much.
  private var firstGrid: [Double] {
    stride(from: -10, through: 3, by: isBrief ? 2 : 1).map { Double.pow(2, Double($0)) }
  }
  /// Around an amplitude that is about right, each twice the one before.
  private static var nearGrid: [Double] { [0.5, 1, 2] }
  /// Each refinement splits the bracket around the best amplitude so often.
  private var refinements: [Int] { isBrief ? [2, 2] : [4, 2] }

  /// A line to search along.
  private struct Line {
    let trial: Int
    let choice: Int?
    var best = (amplitude: 0.0, gain: 0.0)
    var grid: [Double]
  }

  func amplitudes() async throws -> [TrialAmplitudes] {
    let updateAmplitudes = try await updateAmplitudes()
    // All choices of a trial are least-squares fits of the same update, so their amplitudes are
    // close: the full grid is for the largest choice alone.
    let largest = try await search(
      trials.indices.map { trial in
        let choice = trials[trial].choices.count - 1
        return line(trial: trial, choice: choice, unit: scales[trial].choiceUnits[choice])
      }, updateAmplitudes: updateAmplitudes)
    let others = try await nearby(largest, updateAmplitudes: updateAmplitudes)
    return trials.indices.map { trial in
      TrialAmplitudes(
        update: updateAmplitudes[trial], choices: others[trial] + [largest[trial].best.amplitude])
    }
  }

  /// The amplitudes of all but the largest choice of each trial, from three looks around its own.
  private func nearby(
    _ largest: [Line], updateAmplitudes: [Double]
  ) async throws -> [[Double]] {
    let steps = trials.indices.map { trial in
      [.update(updateAmplitudes[trial])]
        + trials[trial].choices.indices.dropLast().flatMap { choice in
          Self.nearGrid.map {
            AmplitudeStep(
              amplitudes: Amplitudes(
                update: updateAmplitudes[trial], neurons: $0 * largest[trial].best.amplitude),
              choice: choice)
          }
        }
    }
    let gains = try await gains(of: steps)
    return trials.indices.map { trial in
      trials[trial].choices.indices.dropLast().map { choice in
        let first = 1 + choice * Self.nearGrid.count
        let looks = gains[trial][first..<(first + Self.nearGrid.count)].map { $0 - gains[trial][0] }
        return Self.vertex(looks) * largest[trial].best.amplitude
      }
    }
  }

  /// Where the parabola through the gains at ½, 1 and 2, over the logarithm, has its top, within one
  /// more factor of two; 0 if nothing is gained.
  private static func vertex(_ gains: [Double]) -> Double {
    guard let most = gains.max(), most > 0 else { return 0 }
    let curvature = gains[0] - 2 * gains[1] + gains[2]
    guard curvature < 0 else { return gains[2] >= gains[0] ? nearGrid[2] : nearGrid[0] }
    return Double.exp2(max(-2, min(2, (gains[0] - gains[2]) / (2 * curvature))))
  }

  /// γ₀ of each trial; those of one layer share theirs.
  private func updateAmplitudes() async throws -> [Double] {
    let firsts = trials.indices.filter { index in
      trials.firstIndex { $0.layer == trials[index].layer } == index
    }
    let lines = try await search(
      firsts.map { line(trial: $0, choice: nil, unit: scales[$0].updateUnit) },
      updateAmplitudes: trials.map { _ in 0 })
    return trials.map { trial in
      lines.first { trials[$0.trial].layer == trial.layer }?.best.amplitude ?? 0
    }
  }

  private func line(trial: Int, choice: Int?, unit: Double) -> Line {
    Line(
      trial: trial, choice: choice,
      grid: unit.isFinite ? firstGrid.map { $0 * unit } : [])
  }

  /// The best amplitude along each line: a geometric grid, then finer ones around the best.
  private func search(_ lines: [Line], updateAmplitudes: [Double]) async throws -> [Line] {
    var lines = lines
    var brackets = lines.map { $0.grid }
    for refinement in [0] + refinements {
      if refinement > 0 {
        for index in lines.indices {
          lines[index].grid = refined(
            brackets[index], around: lines[index].best.amplitude, refinement)
        }
      }
      let steps = lines.map { line in
        line.grid.map { amplitude in
          line.choice == nil
            ? AmplitudeStep.update(amplitude)
            : AmplitudeStep(
              amplitudes: Amplitudes(
                update: updateAmplitudes[line.trial], neurons: amplitude),
              choice: line.choice)
        }
      }
      let starts = updateAmplitudes.map(AmplitudeStep.update)
      let gains = try await gains(
        of: trials.indices.map { trial in
          [starts[trial]] + lines.indices.filter { lines[$0].trial == trial }.flatMap { steps[$0] }
        })
      var places = trials.map { _ in 1 }
      for index in lines.indices {
        let trial = lines[index].trial
        let start = gains[trial][0]
        for amplitude in lines[index].grid {
          let gain = gains[trial][places[trial]] - start
          places[trial] += 1
          if gain > lines[index].best.gain { lines[index].best = (amplitude, gain) }
        }
        brackets[index] = (brackets[index] + lines[index].grid).sorted()
      }
    }
    return lines
  }

  /// Points between the neighbours of the best amplitude so far.
  private func refined(_ tried: [Double], around best: Double, _ count: Int) -> [Double] {
    guard best > 0, let place = tried.firstIndex(of: best) else { return [] }
    let lower = place > 0 ? tried[place - 1] : 0
    let upper = place + 1 < tried.count ? tried[place + 1] : 2 * best
    let parts = Double(count / 2 + 1)
    let shares = (1...(count / 2)).map { Double($0) / parts }
    return shares.map { lower + (best - lower) * $0 } + shares.map { best + (upper - best) * $0 }
  }

  /// The falls of the loss on the subset, of each trial's steps.
  private func gains(of steps: [[AmplitudeStep]]) async throws -> [[Double]] {
    try await samplePass.results(
      of: Array(zip(trials, steps)), objective: objective, moments: moments, on: subset
    )
    .map { $0.map(\.gain) }
  }
}
