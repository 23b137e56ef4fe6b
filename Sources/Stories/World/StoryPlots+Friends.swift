extension StoryPlots {
    /// Children who meet, quarrel, share and say sorry.
    static let friends: [String] = [
        """
        name: sharing
        cast: h child; f child; t toy; p home; m adult; u toy
        verbs: share play want take
        features: MoralValue Conflict
        summary: {h} and {f} both want the {t} and learn to take turns.
        ---
        {>intro h} {h} and {f} were playing {p.at}. {!go h p}{!go f p}There were many toys, but both of them wanted the same {t}. It was
        {t.adj}. "It is mine!" {~shouted} {h}. "No, I had it first!" {~shouted} {f}. {h} pulled on one side, and {f} pulled on
        the other side. [Neither of them let go.|Their faces got red.|They pulled harder and harder.] {>moment}

        [#k Crack! A piece of the {t} broke off.|Bump! Both of them fell down, and the {t} landed {?c:p.at} behind them.]
        {!cause {h} and {f} both pulled -> [#k the {t} broke|they fell down]}{h} began to cry, and {f} began to cry, too.
        {m} came in and asked what was the matter. "{h} took the {t}!" said {f}. "{f} took it!" said {?c:h}. {m} sat down
        between them. "[When two people pull, nobody can play|A {t} cannot be in two places|You are both {~sad} now]," {m.he}
        said. "What could you do?"

        {h} thought about it. "We can take turns," {h.he} {~said}. "{f} can have the {t} first, and I will play with the
        {u}." {!hold f t}{!hold h u}{m} [#k fixed the {t} with glue|dried their tears], and {f} took the {t}. {h} took the
        {?c:u}. [When the big hand of the clock was at the top, they swapped.|After ten minutes, they swapped.|Then {m} rang
        a bell, and they swapped.] {!hold h t}{!hold f u}Now {h} had the {?c:t}, and {f} had the {?c:u}.

        [{~soon}, they had a better idea: they played with both toys together.|"It is more fun this way," said {f}.|After
        that, they never fought about toys again.] [Sharing is better than fighting.|{m} {~smiled}.|They were both {~happy}.] {>close h}
        """,
        """
        name: the new child
        cast: h child; f child; m teacher; t toy/school; q town play; c ~color
        verbs: sit play ask smile
        summary: {f} is new at school, and {h} becomes {f.his} friend.
        ---
        {>intro h} There was a new {f.kind} at school. {f.His} name was {f}. {f} had a {c} coat and did not say a word. [{f.He} looked
        at {f.his} shoes.|{f.He} sat alone by the window.|{f.He} held {f.his} bag tightly.] "This is {?c:f}," said {m} to the
        class. "Please be kind to {f.him}." {>moment}

        At lunch, {f} sat alone. {h} saw that {f.he} was {~sad}. {h} was a {h.adj} {h.kind}, and {h.he} [did not like to see
        that|remembered {h.his} own first day|had an idea]. {h.He} took {h.his} food and {~went} over. "May I sit here?"
        {h.he} {~asked}. {f} nodded. "I'm {?c:h}," said {h}. "What do you like to play?" {f} [whispered|said very quietly],
        "I like {~games}." "Me, too!" {~said} {h}. {!cause {h} sat down with {f} -> {f} was not lonely any more}

        After lunch they went to play {q.at}. {!go h q}{!go f q}{h} showed {f.him} {h.his} {t.full}. {f} showed {h.him} how to
        [whistle with a blade of grass|stand on one leg for a minute|make a funny face]. They laughed so much that [their
        tummies hurt|other children came to see|the birds flew away]. {~soon}, others wanted to play with them, too.

        When {f.his} dad came to pick {f.him} up, {f} was {~happy}. "I have a friend," {f.he} said. "{h.His} name is
        {?c:h}!" {~later}, {f} was not {~scared} any more. {f.He} ran {q.to} in {f.his} {?c:c} coat and waved to {h}. {>close h}
        """,
        """
        name: the quarrel
        cast: h child; f child; p outdoor play; t toy; m adult
        verbs: fight break say forgive
        features: Conflict MoralValue
        summary: {h} breaks {f}'s {t} by accident, tells the truth, and they become friends again.
        ---
        {>intro h} {h} and {f} were best friends. {~day}, {f} brought {f.his} new {t} {p.to}. {!go h p}{!go f p}{!hold f t}It was {t.adj}
        and [very pretty|a present from {f.his} grandma|{f.his} favorite thing]. "May I hold it?" {~asked} {h}. "Yes, but be
        careful," {~answered} {f}. {!feature Foreshadowing} {>moment}

        {h} held the {?c:t} up in the air and ran. [#k But {h.he} did not see the stone on the ground.|But the grass was wet,
        and {h.he} slipped.|But then a dog barked, and {h.he} jumped.] {h} fell, and the {t} broke! {!cause [#k {h} did not
        see a stone|the grass was wet|a dog barked] -> the {t} broke}"You broke my {t}!" {~shouted} {f}. [{f.He} was so
        {~angry} that {f.he} ran home.|{f.He} took the pieces and ran away.] {h} sat there and felt {~sad}.

        At home, {h} told {m} what had happened. "[Did you say sorry|What can you do now|How do you think {f} feels]?" {m}
        {~asked}. {h} knew what to do. {h.He} took {h.his} own [glue|tape and string] and {~went} to {f}'s house. "I am sorry
        that I broke your {?c:t}," {h.he} said. "I [#k did not see the stone|slipped on the wet grass|was scared of the dog].
        I want to help you fix it."

        {f} was quiet. Then {f.he} opened the door. "Come in, {?c:h}," {f.he} {~said}. They put the pieces together. [One
        corner was still missing, but that did not matter.|It looked a bit funny now.|It was almost as good as new.] "I am
        sorry that I yelled," said {?c:f}. They {~smiled} at each other, and they were friends again. {>close h}
        """,
        """
        name: the lie
        cast: n =notcome; v =truthword; h child; x land wild; m parent; p home; d ~color
        verbs: lie call believe come
        features: MoralValue BadEnding
        summary: {h} says that a {x.kind} is there when it is not, and nobody believes {h.him} when it is.
        ---
        {>intro h} {h} was bored. {h.He} was {p.at}. {!go h p}"[I know what is funny|Let's have some fun]," {h.he} thought. {h.He}
        {~shouted}, "{m}, {m}! There is a {x.kind} {p.at}!" {m} [dropped everything|jumped up|put down the {d} cup] and ran to
        {h}. But there was no {?c:x.kind}. {h} laughed. "I tricked you!" {h.he} said. {m} did not laugh. "[That is not funny|
        Do not say things that are not true]," {m.he} said. {>moment}

        {~later}, {h} did it again. "Help! A {x.kind}!" {m} came running again, and again there was nothing. "If you lie,
        {?c:h}, nobody will believe you," said {m}. {!feature Foreshadowing}But {h} only [giggled|thought it was a game|
        shrugged].

        Then, one [windy|quiet|gray] day, a real {x.kind} came. It was {x.adj} and it {x.sound}. [It wanted to find some
        {?f:x.food}.|It was looking for {?f:x.food}.] {h} was {~scared}. "{m}! Help! There is a {x.kind}!" {h.he} {~shouted}.
        But this time {m} did {?r:n}. "{h} is playing a trick again," {m} thought. {!cause {h} had lied before -> {m} did not
        believe {h.him}}

        The {?c:x.kind} [ate {h}'s lunch|knocked over the flower pots|walked right over {h}'s toys and broke them] and went
        away. {h} cried and ran to {m}. "It was true this time!" {h.he} said. {m} saw what had happened and took {h.him} in
        {m.his} arms. "I am sorry that I did not come," {m.he} {~said}. "But now you know why we tell the {?r:v}." And {h}
        never lied again. {>close h}
        """,
        """
        name: the race
        cast: a =flyword; x land named; y slow named; z bird named; p wild outdoor; c treasure
        verbs: run race stop win
        features: MoralValue
        summary: {x} the {x.kind} races {y} the {y.kind}, stops to help {z}, and they finish together.
        ---
        {x} was a {x.adj} {x.kind}, and {y} was a {y.adj} {y.kind}. They lived {p.at}. {!go x p}{!go y p}"I am faster than
        you," {~said} {x}. "I know," {~said} {y}. "I am slow. But I [never stop|like to run, too|am not afraid of a race]."
        So they made a race. [The first one at the old bridge|The first one at the big oak tree|The first one on the other
        side] would get a {c.full}. {>moment}

        "Ready, set, go!" {~shouted} a {z.adj} {z.kind} named {z}. {?c:x} ran like the wind. {?c:y} walked, one step after
        the other. {~soon}, {x} was far ahead. [{x.He} laughed and looked back.|{x.He} could not even see {y} any more.] But
        then {x.he} heard a cry. {!feature Twist}{z} had [hurt a wing|fallen into a bush with thorns|flown into a net] and
        could not {?r:a}. "Please help me," {z.he} {?f:z.sound}.

        {x} stopped. If {x.he} helped, {y} would win. {x} [did not think long|looked at the road and then at {z}|sighed]. "A
        race is only a race," {x.he} said, and {x.he} helped {z} very {~well}. {!cause {x} stopped to help {z} -> {y} caught
        up}While {x} was helping, {y} came by. {y} saw what had happened and stopped as well. Together they set {?c:z} free.

        "[Who is the winner now|And the race]?" {~asked} {z}. {x} and {y} looked at each other. They walked to the end of
        the race side by side, with {z} on {x}'s back. {z} gave the {?c:c} to both of them. {!hold x c}"[You are both
        winners|A good heart is better than fast legs]," {z.he} {~said}. {>close x}
        """,
        """
        name: two jobs
        cast: h child; f child; m adult; p indoor home; q outdoor home; t tool; u cloth; v treasure; s spots of p
        verbs: clean help carry thank
        summary: {h} cleans {p.at} and {f} works {q.at}, and {h} finds {m}'s lost {v}.
        ---
        {>intro h} {m} was very {~tired}. "There is so much to do," {m.he} said. {h} and {f} looked at each other. "We will help you!"
        {~said} {h}. "I will clean up {p.at}," said {h}, "and {f} can work {q.at}." So {h} went {p.to}, and {f} went {q.to}.
        {!go h p}{!go f q} {>moment}

        {h} [picked up the toys|wiped the dust|made everything neat]. {h.He} found a {u.full} and folded it. Meanwhile, {f}
        took a {t} and [pulled out the weeds|swept the path|watered the plants]. {!hold f t}[A {~color} butterfly sat on
        {f.his} arm.|It was hot, but {f.he} did not stop.|{f.He} sang while {f.he} worked.] After an hour, {m} called, "Where
        are you?" "I am {?c:p.at}!" {~shouted} {h}. "And I am {?c:q.at}!" {~shouted} {f}.

        Then {h} saw something {s}. It was a {v.full}! "{m}, is this yours?" {h} {~asked}. {m} [put {m.his} hands on {m.his}
        heart|could not believe it|opened {m.his} eyes wide]. "My {?c:v}! I lost it long ago. Where was it?" "It was {?c:s},"
        {~said} {h}. {!hold m v}{!cause {h} cleaned up -> {h} found the {v}}

        {m} was so {~happy} that {m.he} [made pancakes|told them a long story|gave each of them a big hug]. "{h} cleaned
        {p.at}, and {?c:f} worked {q.at}," {m.he} said. "[I am so lucky|You are the best helpers|What would I do without
        you]?" The children {~smiled}. They were {~tired}, too, but it was a good kind of tired. {>close h}
        """,
    ]
}
