/// The plots of the story world.
enum StoryPlots {
    static let all = lostAndFound + making + friends + trouble + wonders + animalLife
}
