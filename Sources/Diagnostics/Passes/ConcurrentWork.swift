import Synchronization

/// The results of independent work, in order, one task each.
func inParallel<Input: Sendable, Output: Sendable>(
  _ inputs: [Input], _ work: @escaping @Sendable (Input) throws -> Output
) async throws -> [Output] {
  try await withThrowingTaskGroup(of: (Int, Output).self) { group in
    for (index, input) in inputs.enumerated() {
      group.addTask { (index, try work(input)) }
    }
    var outputs = [Int: Output](minimumCapacity: inputs.count)
    for try await (index, output) in group { outputs[index] = output }
    return inputs.indices.compactMap { outputs[$0] }
  }
}

/// Changes every value where it stands, one worker for each room to work in.
///
/// A worker takes the next value that is left, so that none waits for a slower one. Which worker takes
/// which value is chance, so `work` must not leave in a room what the next value depends on.
///
/// - Parameters:
///   - values: gone after an error.
///   - workspaces: at least one.
///   - work: given a value and the worker's room.
/// - Throws: what `work` throws, of several errors that of the first value.
func dealOut<Value: Sendable, Room: Sendable>(
  _ values: inout [Value], to workspaces: inout [Room],
  _ work: @escaping @Sendable (inout Value, inout Room) throws -> Void
) async throws {
  precondition(!workspaces.isEmpty || values.isEmpty, "no room to work in")
  let slots = values.map { Slot($0) }
  let workers = workspaces.prefix(values.count).map { Slot($0) }
  let idle = Array(workspaces.dropFirst(values.count))
  values = []
  workspaces = []
  let deal = Deal(count: slots.count)
  await withTaskGroup(of: Void.self) { group in
    for worker in workers {
      group.addTask {
        worker.change { buffers in
          while let place = deal.next() {
            do {
              try slots[place].change { try work(&$0, &buffers) }
            } catch {
              deal.fail(at: place, error)
            }
          }
        }
      }
    }
  }
  if let error = deal.error { throw error }
  try Task.checkCancellation()
  values = slots.map { $0.take() }
  workspaces = workers.map { $0.take() } + idle
}

/// Deals out places, until one fails.
private final class Deal: Sendable {
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
