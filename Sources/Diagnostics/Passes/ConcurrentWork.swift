import Synchronization

/// The results of independent work, in order, one task each.
///
/// - Parameters:
///   - inputs: what is worked on.
///   - workers: how many tasks run at once; all of them if nothing is said.
///   - work: makes one output, and depends on no other.
/// - Returns: one output for each input.
/// - Throws: what `work` throws, and `CancellationError`.
package func concurrentMap<Input: Sendable, Output: Sendable>(
  _ inputs: [Input], workers: Int = .max, _ work: @escaping @Sendable (Input) throws -> Output
) async throws -> [Output] {
  try await withThrowingTaskGroup(of: (Int, Output).self) { group in
    var waiting = inputs.enumerated().makeIterator()
    func startNext() {
      guard let (index, input) = waiting.next() else { return }
      group.addTask {
        try Task.checkCancellation()
        return (index, try work(input))
      }
    }
    for _ in 0..<min(max(1, workers), inputs.count) { startNext() }
    var outputs = [Int: Output](minimumCapacity: inputs.count)
    for try await (index, output) in group {
      outputs[index] = output
      startNext()
    }
    return inputs.indices.compactMap { outputs[$0] }
  }
}

/// Changes every value in place, with one worker for each workspace.
///
/// A worker takes the next value that nobody has taken, so that no worker waits for a slower one. Which
/// worker takes which value is chance: `work` must not leave anything in a workspace that the next
/// value depends on.
///
/// - Parameters:
///   - values: changed in place; empty after an error.
///   - workspaces: at least one, unless there are no values.
///   - work: changes one value, with the buffers of its worker.
/// - Throws: what `work` throws; if several values fail, the error of the first.
func forEachConcurrently<Value: Sendable, Workspace: Sendable>(
  _ values: inout [Value], workspaces: inout [Workspace],
  _ work: @escaping @Sendable (inout Value, inout Workspace) throws -> Void
) async throws {
  precondition(!workspaces.isEmpty || values.isEmpty, "no workspace")
  let slots = values.map { Slot($0) }
  let workers = workspaces.prefix(values.count).map { Slot($0) }
  let idle = Array(workspaces.dropFirst(values.count))
  values = []
  workspaces = []
  let places = PlaceDealer(count: slots.count)
  await withTaskGroup(of: Void.self) { group in
    for worker in workers {
      group.addTask {
        worker.change { workspace in
          while let place = places.next() {
            do {
              try slots[place].change { try work(&$0, &workspace) }
            } catch {
              places.fail(at: place, error)
            }
          }
        }
      }
    }
  }
  if let error = places.error { throw error }
  try Task.checkCancellation()
  values = slots.map { $0.take() }
  workspaces = workers.map { $0.take() } + idle
}

/// Hands out the places 0, 1, 2, … until one fails.
private final class PlaceDealer: Sendable {
  private let count: Int
  private let dealt = Atomic<Int>(0)
  private let failure = Mutex<(place: Int, error: any Error)?>(nil)

  init(count: Int) { self.count = count }

  /// The error of the first place that failed.
  var error: (any Error)? { failure.withLock { $0?.error } }

  /// The next place; `nil` when there is none, or one has failed. Places are dealt out in order: when
  /// one fails, all before it are in work already, and each says itself whether it fails, too.
  func next() -> Int? {
    guard failure.withLock({ $0 == nil }) else { return nil }
    let place = dealt.add(1, ordering: .relaxed).oldValue
    return place < count ? place : nil
  }

  func fail(at place: Int, _ error: any Error) {
    failure.withLock { if place < $0?.place ?? .max { $0 = (place, error) } }
  }
}

/// A value that one worker after the other may change.
private final class Slot<Value: Sendable>: Sendable {
  private let content: Mutex<Value?>

  init(_ value: Value) { content = Mutex(value) }

  func change(_ work: (inout Value) throws -> Void) rethrows {
    var value = take()
    defer { content.withLock { $0 = value } }
    try work(&value)
  }

  func take() -> Value {
    guard let value = content.withLock({ $0.take() }) else {
      preconditionFailure("the value is in use")
    }
    return value
  }
}
