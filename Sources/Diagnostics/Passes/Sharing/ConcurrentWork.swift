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
  _ inputs: [Input], workers: Int = .max,
  _ work: @escaping @Sendable (Input) async throws -> Output
) async throws -> [Output] {
  try await withThrowingTaskGroup(of: (Int, Output).self) { group in
    var waiting = inputs.enumerated().makeIterator()
    func startNext() {
      guard let (index, input) = waiting.next() else { return }
      group.addTask {
        try Task.checkCancellation()
        return (index, try await work(input))
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

/// Adds up what independent parts of some work give, in the order of the parts.
///
/// So the result depends neither on the number of workers nor on who was faster. What is made before its
/// turn waits, and no more than two for each worker do.
///
/// - Parameters:
///   - parts: what is worked on.
///   - workspaces: one for each worker, at least one. Which worker makes which part is chance: nothing
///     may be left in a workspace that the next part depends on.
///   - make: the sums of one part.
///   - add: takes the sums of the next part; called for one after the other.
/// - Throws: what `make` throws, if several parts fail the error of the first; what `add` throws; and
///   `CancellationError`.
func foldConcurrently<Part: Sendable, Workspace: Sendable, Sums: Sendable>(
  _ parts: [Part], workspaces: [Workspace],
  make: @escaping @Sendable (Part, inout Workspace) throws -> Sums,
  add: (Sums) async throws -> Void
) async throws {
  precondition(!workspaces.isEmpty, "no workspace")
  typealias Made = (place: Int, sums: Result<Sums, any Error>, workspace: Workspace)
  try await withThrowingTaskGroup(of: Made.self) { group in
    var idle = workspaces
    var waiting: [Int: Sums] = [:]
    var (next, turn) = (0, 0)
    var failure: (place: Int, error: any Error)?
    func startNext() {
      while failure == nil, next < parts.count, next < turn + 2 * workspaces.count,
        let workspace = idle.popLast()
      {
        let (place, part) = (next, parts[next])
        next += 1
        group.addTask {
          var workspace = workspace
          let sums = Result {
            try Task.checkCancellation()
            return try make(part, &workspace)
          }
          return (place, sums, workspace)
        }
      }
    }
    startNext()
    while let made = try await group.next() {
      idle.append(made.workspace)
      switch made.sums {
      case .success(let sums): waiting[made.place] = sums
      case .failure(let error):
        if made.place < failure?.place ?? .max { failure = (made.place, error) }
      }
      // The workers go on while sums are added.
      startNext()
      while failure == nil, let sums = waiting.removeValue(forKey: turn) {
        try await add(sums)
        turn += 1
        startNext()
      }
    }
    if let failure { throw failure.error }
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

extension Range<Int> {
  /// At most so many runs, of about equal length.
  func cut(into count: Int) -> [Range] {
    let runs = Swift.min(count, self.count)
    return (0..<runs).map {
      lowerBound + $0 * self.count / runs..<lowerBound + ($0 + 1) * self.count / runs
    }
  }
}
