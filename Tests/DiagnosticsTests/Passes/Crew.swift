import Diagnostics

/// The mail of several members in one process, who share the ranges of samples as processes do.
actor Crew {
  private struct Box: Hashable { let from, to, channel: Int }
  private var boxes: [Box: [[Double]]] = [:]
  private var messageCount = 0

  /// One of the members.
  struct Member: Processes {
    let crew: Crew
    let count: Int
    let rank: Int

    func send(_ numbers: [Double], to other: Int, channel: Int) async {
      await crew.put(numbers, Box(from: rank, to: other, channel: channel))
    }

    func receive(from other: Int, channel: Int) async throws -> [Double] {
      let box = Box(from: other, to: rank, channel: channel)
      while true {
        if let numbers = await crew.take(box) { return numbers }
        try await Task.sleep(for: .microseconds(100))
      }
    }
  }

  private func put(_ numbers: [Double], _ box: Box) {
    boxes[box, default: []].append(numbers)
    messageCount += 1
  }

  private func take(_ box: Box) -> [Double]? {
    guard boxes[box]?.isEmpty == false else { return nil }
    return boxes[box]?.removeFirst()
  }

  /// What each of so many members makes of the same work.
  static func results<Output: Sendable>(
    of count: Int, _ work: @escaping @Sendable (Member) async throws -> Output
  ) async throws -> [Output] {
    try await counted(count, work).outputs
  }

  /// The same, and how many messages they have sent each other.
  static func counted<Output: Sendable>(
    _ count: Int, _ work: @escaping @Sendable (Member) async throws -> Output
  ) async throws -> (outputs: [Output], messageCount: Int) {
    let crew = Crew()
    let outputs = try await withThrowingTaskGroup(of: Output.self) { group in
      for rank in 0..<count {
        group.addTask { try await work(Member(crew: crew, count: count, rank: rank)) }
      }
      return try await group.reduce(into: [Output]()) { $0.append($1) }
    }
    return (outputs, await crew.messageCount)
  }
}
